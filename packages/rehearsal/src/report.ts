/** What a rehearsal came to: rehearsal/report.json. */
export interface RehearsalReport {
  readonly outcome: 'succeeded' | 'failed';
  /** Why it failed; empty when it succeeded. */
  readonly problems: readonly string[];
  /** The Docker engine that ran it. */
  readonly engine: string;
  readonly seconds: number;
  readonly deliveries: readonly DeliveryReport[];
  /** Of the last version that was built here, each from a source of its own. */
  readonly digests: Digests;
  readonly counts: readonly Counts[];
  /** API calls by `service:operation`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  /** The most memory that local-aws held, where the system tells. */
  readonly localAwsPeakMemoryMb?: number;
}

export interface DeliveryReport {
  readonly environment: string;
  readonly version: string;
  readonly outcome: string;
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  readonly requests: Requests;
  /** On the delivery's own time axis. */
  readonly timeline: readonly { readonly atMs: number; readonly event: string }[];
}

export interface StepReport {
  readonly action: string;
  readonly seconds: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What users saw during a delivery. */
export interface Requests {
  readonly total: number;
  readonly failed: number;
  readonly byVersion: Readonly<Record<string, number>>;
  /** The first that failed, and of what; absent when none did. */
  readonly failures?: readonly { readonly kind: string; readonly atMs: number; readonly message: string }[];
  /** Those that ended within three seconds of the first answer of the new version. */
  readonly aroundShift?: number;
  /** Slow ones that were in flight when the new version first answered. */
  readonly slowDuringShift?: number;
  readonly latencyMs?: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

export interface Digests {
  /** The hash of the manifest in the OCI layout. */
  readonly built: string;
  /** What the engine says the tested container ran. */
  readonly tested: string;
  /** The hash of the manifest that the registry returns for the tag. */
  readonly pushed: string;
  /** In the task definition, as ECS describes it. */
  readonly registered: string;
  /** Of every running task, as its engine pulled it. */
  readonly running: readonly string[];
}

/** The same requests counted in three places. */
export interface Counts {
  readonly environment: string;
  readonly client: number;
  readonly loadBalancer: number;
  readonly service: number;
}

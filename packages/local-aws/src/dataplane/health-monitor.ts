import type { HealthProbe, Target } from '../load-balancing.js';
import type { WorldTime } from '../world.js';
import { checkHealth, judge, type CheckResult, type HealthCheck } from './health-check.js';
import { nextHealth, REGISTERING, UNUSED, type HealthRecord, type HealthStatus } from './health-state.js';

/**
 * However fast the world's time runs, there is this much real time between two checks of a target: at a second per
 * minute a 5 s interval would else become 83 ms and still shrink, and checks would eat the machine.
 */
const MIN_INTERVAL_MS = 50;

/**
 * However fast the world's time runs, a target has this much real time to answer a check. A target answers in real
 * time, on a machine that may be busy; in less, the check would judge the machine's scheduling and not the target.
 */
const MIN_TIMEOUT_MS = 1_000;

/** What a monitor watches, and by which rules. */
export interface MonitorParts {
  readonly target: Target;
  readonly time: WorldTime;
  /** Read again for every check, so that a changed target group counts from the next check on. */
  healthCheck(): HealthCheck;
  /** Answers in place of the target's socket, for targets that live in this process. */
  readonly probe?: HealthProbe | undefined;
  /** Called after every change of the status. */
  onChange(): void;
}

/** HealthMonitor checks one target again and again while it is started; a stopped one knows nothing. */
export class HealthMonitor {
  readonly #parts: MonitorParts;
  #running: AbortController | undefined;
  #record: HealthRecord = REGISTERING;

  constructor(parts: MonitorParts) {
    this.#parts = parts;
  }

  get status(): HealthStatus {
    return this.#running ? this.#record.status : UNUSED;
  }

  /** start begins to check, with a target of which nothing is known; it does nothing when started already. */
  start(): void {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#record = REGISTERING;
    void this.#watch(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { time } = this.#parts;
    while (!signal.aborted) {
      const check = this.#parts.healthCheck();
      const startedMs = time.now().getTime();
      const result = await this.#check(check, signal);
      if (signal.aborted) return;
      this.#note(nextHealth(this.#record, result, check));
      const restMs = time.realMs(check.intervalSeconds) - (time.now().getTime() - startedMs);
      await pause(time, Math.max(MIN_INTERVAL_MS, restMs), signal);
    }
  }

  #check(check: HealthCheck, signal: AbortSignal): Promise<CheckResult> | CheckResult {
    const { target, time, probe } = this.#parts;
    if (probe) return judge(probe(check.path), check);
    const timeoutMs = Math.max(MIN_TIMEOUT_MS, time.realMs(check.timeoutSeconds));
    return time.during(checkHealth({ target, check, timeoutMs, signal }));
  }

  #note(record: HealthRecord): void {
    const before = this.#record.status;
    this.#record = record;
    if (record.status.state !== before.state || record.status.reason !== before.reason) this.#parts.onChange();
  }
}

async function pause(time: WorldTime, ms: number, signal: AbortSignal): Promise<void> {
  // Being stopped is the only way in which a wait fails, and the loop looks at the signal itself.
  await time.wait(ms / time.realMs(1), signal).catch(() => undefined);
}

import type { Caller } from './iam/caller.js';

/** Who calls, and where: what every operation may depend on besides its input. */
export interface CallContext {
  /** 12 digits. */
  readonly accountId: string;
  /** For example `eu-central-1`; read from the signature's credential scope. */
  readonly region: string;
  /** The access key id that signed the call. */
  readonly accessKeyId: string;
  readonly requestId: string;
  /** Whose key that is; absent where nobody signed the call, or no endpoint took it in. */
  readonly caller?: Caller;
}

/** Operation answers one API call. It throws {@link AwsError} for errors that AWS documents. */
export type Operation = (input: Record<string, unknown>, context: CallContext) => Promise<object> | object;

/** StreamedEvent is one event of a stream, by the one member of the union that it is. */
export type StreamedEvent = Readonly<Record<string, object>>;

/** EventStream is an output that comes event by event, for as long as its caller stays. */
export class EventStream {
  /** The member of the output that the events are. */
  readonly member: string;
  /** What it throws ends the stream as the caller is told: an {@link AwsError} of the operation's. */
  readonly events: AsyncIterable<StreamedEvent>;

  constructor(member: string, events: AsyncIterable<StreamedEvent>) {
    this.member = member;
    this.events = events;
  }
}

/** Protocol is the wire form that the AWS SDK speaks to a service. */
export type Protocol =
  | { readonly kind: 'json'; readonly version: '1.0' | '1.1'; readonly targetPrefix: string }
  | { readonly kind: 'query'; readonly version: string };

/** AwsService is one AWS service inside local-aws: its wire form and its operations by name. */
export interface AwsService {
  /** The name in the signature's credential scope: `ecs`, `ecr`, `sts`, `elasticloadbalancing`. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly operations: Readonly<Record<string, Operation>>;
  /** JSON-serialisable state for `/_local/state`. */
  state(): object;
  /** Ends everything that the service holds open: sockets, timers, containers. Idempotent. */
  close(): Promise<void>;
}

/** What an {@link AwsError} may have beside its code and message. */
export interface AwsErrorDetails {
  /** The HTTP status. Defaults to 400. */
  readonly status?: number;
  /** Further members of the error's shape, as the service documents them. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The code of the Query protocol, from which a service moved to JSON: older clients are told it in a header. */
  readonly queryCode?: string;
}

/** AwsError is an error as AWS reports it: a code that SDKs turn into an exception name, and an HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape, as the service documents them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The code of the Query protocol, where it differs. */
  readonly queryCode: string | undefined;

  constructor(code: string, message: string, details: AwsErrorDetails = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = details.status ?? 400;
    this.fields = details.fields ?? {};
    this.queryCode = details.queryCode;
  }
}

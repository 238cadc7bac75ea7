/**
 * How a request ended; every request ends in exactly one way. `elb…` and `fixedResponse` are the load balancer's own
 * answers. `brokenByTarget` is an answer that began and broke off; `upgraded` is a connection that became a WebSocket.
 */
export type Outcome =
  | 'target2xx'
  | 'target3xx'
  | 'target4xx'
  | 'target5xx'
  | 'upgraded'
  | 'fixedResponse'
  | 'elb4xx'
  | 'elb5xx'
  | 'brokenByTarget'
  | 'abortedByClient';

/** Tally is a count of requests: `total` is `inFlight` plus the sum of the outcomes. */
export type Tally = Readonly<Record<Outcome | 'total' | 'inFlight', number>>;

/** ListenerTally is the count of a listener, and of each target group that it sent requests to. */
export type ListenerTally = Tally & {
  readonly byTargetGroup: Readonly<Record<string, Tally>>;
};

/** EndedRequest is a request that is over, as CloudWatch counts it. */
export interface EndedRequest {
  readonly outcome: Outcome;
  /** The target group whose share the request was; undefined for the load balancer's own answers. */
  readonly targetGroupArn: string | undefined;
  /** Whether a target was chosen: a group without one has a share of the requests, too. */
  readonly reachedTarget: boolean;
  /** Whether no connection to that target could be made. */
  readonly connectionFailed: boolean;
  /** Real milliseconds from sending the request to the first byte of the answer's head; undefined without an answer. */
  readonly responseMs: number | undefined;
}

/** RequestCount is one request, counted when it came; it is to be told where it went and how it ended. */
export interface RequestCount {
  readonly ended: boolean;
  sentTo(targetGroupArn: string): void;
  /** The request leaves for a target. */
  forwarded(): void;
  /** The target begins to answer. */
  answered(): void;
  /** No connection to the target could be made. */
  notConnected(): void;
  /** Only the first end counts. */
  end(outcome: Outcome): void;
}

/** RequestFigures counts the requests of one listener. */
export class RequestFigures {
  readonly #all = emptyTally();
  readonly #byTargetGroup = new Map<string, Record<keyof Tally, number>>();
  readonly #onEnded: (request: EndedRequest) => void;

  constructor(onEnded: (request: EndedRequest) => void = () => undefined) {
    this.#onEnded = onEnded;
  }

  /** begin counts a request that came. */
  begin(): RequestCount {
    const tallies = [this.#all];
    const course = new RequestCourse();
    let ended = false;
    start(this.#all);
    return {
      get ended() {
        return ended;
      },
      forwarded: () => course.forwarded(),
      answered: () => course.answered(),
      notConnected: () => course.notConnected(),
      sentTo: (targetGroupArn) => {
        course.targetGroupArn = targetGroupArn;
        const tally = this.#byTargetGroup.get(targetGroupArn) ?? emptyTally();
        this.#byTargetGroup.set(targetGroupArn, tally);
        tallies.push(tally);
        start(tally);
      },
      end: (outcome) => {
        if (ended) return;
        ended = true;
        for (const tally of tallies) finish(tally, outcome);
        this.#onEnded(course.endedAs(outcome));
      },
    };
  }

  /** snapshot returns the figures as they are now. */
  snapshot(): ListenerTally {
    const groups = [...this.#byTargetGroup].map(([arn, tally]) => [arn, { ...tally }] as const);
    return { ...this.#all, byTargetGroup: Object.fromEntries(groups) };
  }
}

/** RequestCourse is how far a request has come. */
class RequestCourse {
  targetGroupArn: string | undefined;
  #forwardedAtMs: number | undefined;
  #responseMs: number | undefined;
  #connectionFailed = false;

  forwarded(): void {
    this.#forwardedAtMs = performance.now();
  }

  answered(): void {
    if (this.#forwardedAtMs !== undefined) this.#responseMs = performance.now() - this.#forwardedAtMs;
  }

  notConnected(): void {
    this.#connectionFailed = true;
  }

  endedAs(outcome: Outcome): EndedRequest {
    return {
      outcome,
      targetGroupArn: this.targetGroupArn,
      reachedTarget: this.#forwardedAtMs !== undefined,
      connectionFailed: this.#connectionFailed,
      responseMs: this.#responseMs,
    };
  }
}

/** targetOutcome returns the outcome of a complete answer of that status. A 1xx that ends an exchange is no answer. */
export function targetOutcome(status: number): Outcome {
  if (status < 300) return 'target2xx';
  if (status < 400) return 'target3xx';
  return status < 500 ? 'target4xx' : 'target5xx';
}

function start(tally: Record<keyof Tally, number>): void {
  tally.total += 1;
  tally.inFlight += 1;
}

function finish(tally: Record<keyof Tally, number>, outcome: Outcome): void {
  tally.inFlight -= 1;
  tally[outcome] += 1;
}

function emptyTally(): Record<keyof Tally, number> {
  return {
    total: 0,
    inFlight: 0,
    target2xx: 0,
    target3xx: 0,
    target4xx: 0,
    target5xx: 0,
    upgraded: 0,
    fixedResponse: 0,
    elb4xx: 0,
    elb5xx: 0,
    brokenByTarget: 0,
    abortedByClient: 0,
  };
}

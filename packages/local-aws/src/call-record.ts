import type { FaultKind } from './faults/fault.js';

/** CallRecord is one API call, or one request of the registry, as it was answered. */
export interface CallRecord {
  /** Milliseconds since the Unix epoch, when the call came in. */
  readonly atMs: number;
  /** The service's name in the credential scope; `registry` below `/v2/`. */
  readonly service: string;
  readonly operation: string;
  /** What the input names first, by {@link resourceOf}; absent when it names nothing. */
  readonly resource?: string;
  /** Whose key signed the call: `AWS`, the user of ECR's tokens, below `/v2/`. */
  readonly accessKeyId: string;
  /** Who that is, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; absent when it is nobody. */
  readonly callerArn?: string;
  /** The region that the call was signed for; absent when it was not signed. */
  readonly region?: string;
  /** The HTTP status of the answer; 0 when a fault ended the connection without one. */
  readonly status: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** The fault that hit the call. */
  readonly fault?: FaultKind;
  /** Real milliseconds until the answer. */
  readonly tookMs: number;
}

/** CallLog keeps the latest calls, and counts all of them. */
export interface CallLog {
  add(call: CallRecord): void;
  /** The latest calls, oldest first; at most 10,000. */
  calls(): readonly CallRecord[];
  /** The number of calls by `service:operation`, since the start. */
  counts(): Readonly<Record<string, number>>;
}

/** Enough for the longest rehearsal, and about 2 MB. */
const MAX_CALLS = 10_000;

/** createCallLog returns an empty log. Each call is told to `onCall` as well. */
export function createCallLog(onCall: (call: CallRecord) => void = () => undefined): CallLog {
  const latest: CallRecord[] = [];
  const counts = new Map<string, number>();
  return {
    add: (call) => {
      latest.push(call);
      if (latest.length > MAX_CALLS) latest.shift();
      const key = `${call.service}:${call.operation}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      onCall(call);
    },
    calls: () => [...latest],
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** From the most telling to the least: a service's name says more than its cluster's. */
const NAMING_MEMBERS = [
  ...['serviceDeploymentArn', 'serviceDeploymentArns', 'serviceRevisionArns', 'service', 'services', 'serviceName'],
  ...['taskDefinition', 'family', 'task', 'tasks', 'cluster', 'clusters', 'clusterName', 'repositoryName'],
  ...['repositoryNames', 'ListenerArn', 'RuleArn', 'TargetGroupArn', 'LoadBalancerArn', 'ListenerArns', 'RuleArns'],
  ...[
    'logGroupName',
    'logGroupIdentifier',
    'logGroupIdentifiers',
    'AlarmName',
    'AlarmNames',
    'MetricName',
    'Namespace',
  ],
  ...['TargetGroupArns', 'LoadBalancerArns', 'ResourceArns', 'Names', 'Name', 'TableName', 'resourceArn', 'RoleArn'],
];

/** resourceOf returns the resource that a call's input names, as well as it can be told without a schema. */
export function resourceOf(input: Readonly<Record<string, unknown>>): string | undefined {
  for (const member of NAMING_MEMBERS) {
    const value = input[member];
    const named = Array.isArray(value) ? (value as unknown[])[0] : value;
    if (typeof named === 'string' && named !== '') return named;
  }
  return undefined;
}

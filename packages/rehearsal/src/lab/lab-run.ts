import type { Intent } from '@slipway/delivery';
import { confirmEnd, deliver, reconcile, type AwsPorts, type Delivered, type Request, type Run } from '@slipway/deploy';
import type { Log } from '@slipway/runtime';
import { REGION } from '../aws.js';
import { SERVICE } from '../infrastructure.js';
import type { Lab } from './lab.js';

/** What a run is asked beyond the usual: the revision, and what differs. */
export interface LabRequest extends Partial<Omit<Request, 'intent' | 'taskDefinition'>> {
  readonly intent?: Partial<Intent>;
}

/** Where a run is interfered with. */
export interface Interference {
  /** AWS as this run sees it; the lab's own when not said. */
  readonly aws?: AwsPorts;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** Settles when the run dies: nothing of it goes on. */
  readonly death?: Promise<void>;
  /** What a run before saved, for post. */
  readonly state?: Readonly<Record<string, string>>;
}

/** Everything that a run left behind. */
export interface LabEnd {
  /** Absent when it threw. */
  readonly delivered?: Delivered;
  readonly error?: unknown;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly report: Readonly<Record<string, unknown>>;
  readonly summary: string;
}

/** What a run does; any other use of a run is given as it is. */
export type Mode = 'deliver' | 'reconcile' | 'post' | ((run: Run) => Promise<Delivered>);

const INTENT: Intent = {
  alarms: [],
  forceNewDeployment: false,
  gateMinutes: { 'before-traffic': 0, step: 0, 'after-traffic': 0 },
  gatePlans: [],
  allow: [],
  ifInProgress: 'fail',
  timeoutMinutes: 120,
  onCancel: 'rollback',
};

/** runInLab runs the deployer in the lab's time, to its end. */
export function runInLab(lab: Lab, start: LabStart): Promise<LabEnd> {
  return lab.drive(beginInLab(lab, start));
}

/** beginInLab begins a run; it goes on as the lab's time does. */
export async function beginInLab(
  lab: Lab,
  { mode = 'deliver', taskDefinition = '', request = {}, interference = {} }: LabStart,
): Promise<LabEnd> {
  const left = { lines: [] as string[], warnings: [] as string[], summary: '' };
  const outputs: Record<string, string> = {};
  const state: Record<string, string> = { ...interference.state };
  const report: Record<string, unknown> = {};
  const run: Run & { getState(name: string): string } = {
    aws: interference.aws ?? lab.aws,
    clock: lab.clock,
    log: logTo(left, interference.onLine),
    signal: interference.signal ?? new AbortController().signal,
    credentials: { kind: 'lasting' },
    request: requestOf(taskDefinition, request),
    saveState: (name, value) => (state[name] = value),
    getState: (name) => state[name] ?? '',
    setOutput: (name, value) => (outputs[name] = value),
    report: (name, value) => (report[name] = value),
    summarise: (markdown) => {
      left.summary += markdown;
      return Promise.resolve();
    },
  };
  const end = { ...left, outputs, state, report };
  try {
    const death = interference.death?.then(() => undefined) ?? new Promise<undefined>(() => undefined);
    const delivered = await Promise.race([start(mode, run), death]);
    return { ...end, ...left, ...(delivered ? { delivered } : {}) };
  } catch (error) {
    return { ...end, ...left, error };
  }
}

/** How a run begins. */
export interface LabStart {
  readonly mode?: Mode;
  readonly taskDefinition?: string;
  readonly request?: LabRequest;
  readonly interference?: Interference;
}

async function start(mode: Mode, run: Run & { getState(name: string): string }): Promise<Delivered | undefined> {
  if (typeof mode === 'function') return mode(run);
  if (mode === 'deliver') return deliver(run);
  if (mode === 'reconcile') return reconcile(run);
  await confirmEnd(run);
  return undefined;
}

function requestOf(taskDefinition: string, { intent, ...request }: LabRequest): Request {
  return {
    cluster: 'staging',
    service: SERVICE,
    taskDefinition,
    extras: {},
    gates: [],
    pollSeconds: 5,
    maxStoppedTasks: 3,
    allowedAccountIds: [],
    dryRun: false,
    by: 'example/shop run 1.1',
    region: REGION,
    ...request,
    intent: { ...INTENT, ...intent },
  };
}

function logTo(left: { readonly lines: string[]; readonly warnings: string[] }, onLine?: (line: string) => void): Log {
  const write = (line: string): void => {
    left.lines.push(line);
    onLine?.(line);
  };
  return {
    info: write,
    debug: () => undefined,
    warning: (message) => void left.warnings.push(message),
    error: write,
    untrusted: (text) => write(`| ${text}`),
    group: async (title, body) => {
      write(title);
      return body();
    },
  };
}

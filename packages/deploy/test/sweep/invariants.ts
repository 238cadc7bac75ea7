import { messageOf } from '@slipway/core';
import type { LocalAws, ManualTime } from '@slipway/local-aws';
import type { LabEnd, LabWorld } from '@slipway/rehearsal';

/** What the invariants are read from: a lab, or a local-aws in a process of its own. */
export interface Seen extends LabWorld {
  readonly localAws: Pick<LocalAws, 'calls'>;
  readonly time: Pick<ManualTime, 'elapsedSeconds'>;
}

/** What a run was to bring, and what was there before it. */
export interface Expected {
  readonly behaviour: string;
  /** `first` when not said. */
  readonly live?: string;
}

/** What was so before the run. */
export interface Before {
  readonly settings: string;
}

export async function lookBefore(lab: Seen): Promise<Before> {
  return { settings: settingsOf((await lab.service()).deploymentConfiguration) };
}

/** Outcomes that let a step be green, and claim that the new revision is live. */
const LIVE = ['succeeded', 'unchanged'];
/** Outcomes that claim that the old revision is live. */
const BACK = ['rolled-back', 'timed-out', 'stopped'];
/** The calls that change something. */
const CHANGES = ['UpdateService', 'TagResource', 'UntagResource', 'ContinueServiceDeployment', 'StopServiceDeployment'];
const MOST_CALLS_A_MINUTE = 30;
const SOME_CALLS = 80;

/** violations returns everything that must never be so after a run and is. */
export async function violations(lab: Seen, play: Expected, end: LabEnd): Promise<readonly string[]> {
  const found: string[] = [];
  const outcome = end.delivered?.outcome ?? 'threw';
  const status = (await lab.deployments())[0]?.status ?? '';
  if (end.error !== undefined && !isOurs(end.error))
    found.push(`it threw what is no error of ours: ${messageOf(end.error)}`);
  if (LIVE.includes(outcome) && !(await runs(lab, play.behaviour)))
    found.push(`G2: '${outcome}', and something else runs`);
  if (BACK.includes(outcome) && !(await runs(lab, play.live ?? 'first')))
    found.push(`truth: '${outcome}', and the old revision is not live`);
  if (outcome === 'succeeded' && status !== 'SUCCESSFUL') found.push(`truth: 'succeeded', and ECS says ${status}`);
  if (
    end.delivered?.failure === undefined &&
    outcome !== 'threw' &&
    ![...LIVE, 'in-progress', 'planned'].includes(outcome)
  ) {
    found.push(`truth: '${outcome}' without an error`);
  }
  return [...found, ...callViolations(lab)];
}

/** callViolations returns what is wrong with the deployer's calls, whatever it said in the end. */
export function callViolations(lab: Seen): readonly string[] {
  return [...continuesWithoutLooking(lab), ...foreignChanges(lab), ...tooManyCalls(lab)];
}

/** stateViolations returns what must not be so of the service when everything has come to rest. */
export async function stateViolations(lab: Seen, before: Before, tells: readonly string[]): Promise<readonly string[]> {
  const service = await lab.service();
  const found: string[] = [];
  const live = await lab.live();
  if (service.loadBalancers?.length && live.length !== 1) found.push(`G4: ${live.length} target groups have weight`);
  const settings = settingsOf(service.deploymentConfiguration);
  const isTold = tells.some((line) => line.includes('reconcile'));
  if (settings !== before.settings && !isTold)
    found.push(`settings are not the service's own: ${settings}, before ${before.settings}`);
  const marks = (service.tags ?? []).map(({ key }) => key);
  if (marks.length > 0 && !isTold) found.push(`marks are left: ${marks.join(', ')}`);
  return found;
}

/** Everything of the wanted revision, everything healthy, and production answers with it alone. */
export async function runs(lab: Seen, behaviour: string): Promise<boolean> {
  const tasks = await lab.tasks();
  const images = new Set(tasks.flatMap(({ containers = [] }) => containers.map(({ image = '' }) => image)));
  const isRunning = tasks.length > 0 && [...images].every((image) => image.includes(`/${behaviour}@`));
  const service = await lab.service();
  if (!service.loadBalancers?.length) return isRunning;
  return (await lab.liveImages()).join() === behaviour;
}

function isOurs(error: unknown): boolean {
  return error instanceof Error && error.name === 'SlipwayError';
}

/** What was absent and what is empty are the same to ECS. */
function settingsOf(settings: object | undefined): string {
  const members = Object.entries(settings ?? {}).filter(
    ([name, value]) =>
      !(name === 'lifecycleHooks' && (value as unknown[]).length === 0) &&
      !(name === 'alarms' && !(value as { enable?: boolean }).enable),
  );
  return JSON.stringify(Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** G1: the call before a Continue that gives traffic read the health of the targets. */
function continuesWithoutLooking(lab: Seen): string[] {
  const calls = lab.localAws.calls().filter(({ accessKeyId }) => accessKeyId === 'LAB');
  const found: string[] = [];
  const stages = new Map<string, number>();
  calls.forEach(({ operation, resource }, at) => {
    if (operation !== 'ContinueServiceDeployment') return;
    const key = resource ?? '';
    const answers = (stages.get(key) ?? 0) + 1;
    stages.set(key, answers);
    const behind = calls[at - 1]?.operation;
    // The last pause gives no traffic to anybody.
    if (answers === 1 && behind !== 'DescribeTargetHealth' && behind !== 'ContinueServiceDeployment') {
      found.push(`G1: continued after ${behind ?? 'nothing'}`);
    }
  });
  return found;
}

/** G3: only the named service is changed. */
function foreignChanges(lab: Seen): string[] {
  const changes = lab.localAws
    .calls()
    .filter(({ operation, accessKeyId }) => accessKeyId === 'LAB' && !/^(?:Describe|List|Get)/.test(operation));
  return changes
    .filter(({ operation, resource }) => !CHANGES.includes(operation) || !(resource ?? '').includes('hello-service'))
    .map(({ operation, resource }) => `G3: ${operation} on ${resource ?? 'nothing'}`);
}

function tooManyCalls(lab: Seen): string[] {
  const count = lab.localAws.calls().filter(({ accessKeyId }) => accessKeyId === 'LAB').length;
  const allowed = SOME_CALLS + (lab.time.elapsedSeconds() / 60) * MOST_CALLS_A_MINUTE;
  return count > allowed ? [`bounded calls: ${count} in ${Math.round(lab.time.elapsedSeconds())} s`] : [];
}

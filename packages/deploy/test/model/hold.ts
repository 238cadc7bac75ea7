import { messageOf } from '@slipway/core';
import { isGreen, isInFlight, type GateResult, type Outcome } from '@slipway/delivery';
import type { ModelRun } from './model-run.js';
import type { ModelWorld } from './model-world.js';

const SOME_CALLS = 60;
const MOST_CALLS_A_MINUTE = 30;
/** The operations that change something, and what of their input says on what. */
const CHANGES: Readonly<Record<string, string>> = {
  UpdateService: 'service',
  TagResource: 'resourceArn',
  UntagResource: 'resourceArn',
  ContinueServiceDeployment: 'serviceDeploymentArn',
  StopServiceDeployment: 'serviceDeploymentArn',
};

/** G1, at the moment of the call: every target that gets traffic by it is healthy, and the run has just looked. */
export async function answerViolations(world: ModelWorld, run: ModelRun, arn: string): Promise<readonly string[]> {
  const { lifecycleStage } = await world.lab.deployment(arn);
  const { desiredCount } = await world.lab.service();
  // The SDK's own list of stages lacks some.
  if ((lifecycleStage as string) !== 'PRE_PRODUCTION_TRAFFIC_SHIFT' || !desiredCount) return [];
  const last = run.calls.at(-1)?.operation ?? 'nothing';
  const found = last === 'DescribeTargetHealth' ? [] : [`G1: traffic was given after ${last}`];
  const tasks = await world.lab.tasks();
  const addresses = tasks
    .filter(({ taskDefinitionArn = '' }) => taskDefinitionArn.endsWith(`/${run.taskDefinition}`))
    .map(({ containers }) => containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address);
  const { blue, green } = world.lab.routes;
  const targets = [...(await world.targets(blue)), ...(await world.targets(green))];
  const states = targets.filter(({ address }) => addresses.includes(address)).map(({ state }) => state);
  const bad = states.filter((state) => state !== 'healthy' && state !== 'draining');
  if (bad.length > 0 || !states.includes('healthy'))
    found.push(`G1: traffic was given to ${states.join() || 'nobody'}`);
  return found;
}

/** What a run that has ended says and did, against what is true in this very moment. */
export async function endViolations(world: ModelWorld, run: ModelRun): Promise<readonly string[]> {
  const { end, start } = run;
  if (!end) return [];
  const found = [...foreignChanges(run), ...tooManyCalls(world, run), ...undoneTwice(run)];
  found.push(...(await notTakenBack(world, run)));
  if (end.error !== undefined) {
    const isOurs = end.error instanceof Error && end.error.name === 'SlipwayError';
    if (!isOurs && end.error !== run.cancelled.signal.reason) found.push(`it threw ${messageOf(end.error)}`);
    return found;
  }
  if (!end.delivered) return found;
  const { outcome, failure } = end.delivered;
  if (isGreen(outcome) === (failure !== undefined))
    found.push(`truth: '${outcome}', and ${failure ? 'an' : 'no'} error`);
  if (start.mode === 'deliver') found.push(...(await lies(world, run, outcome)));
  return found;
}

async function lies(world: ModelWorld, run: ModelRun, outcome: Outcome): Promise<readonly string[]> {
  const arn = run.end?.outputs['deployment-arn'];
  const all = await world.lab.deployments();
  const status = all.find((deployment) => deployment.arn === arn)?.status ?? 'none';
  const isNewest = all[0]?.arn === arn;
  const says = (what: string): string[] => [`truth: '${outcome}', and ${what} (${status})`];
  switch (outcome) {
    case 'succeeded':
      if (status !== 'SUCCESSFUL') return says('ECS says otherwise');
      return (await runsAlone(world, run)) ? [] : ["G2: 'succeeded', and something else runs"];
    case 'unchanged':
      return (await runsAlone(world, run)) ? [] : ["G2: 'unchanged', and something else runs"];
    case 'failed':
      return (await runsAlone(world, run)) && (await world.lab.tasks()).length > 0
        ? says('what was asked for runs')
        : [];
    case 'rolled-back':
    case 'timed-out':
      if (status !== 'ROLLBACK_SUCCESSFUL') return says('ECS says otherwise');
      return isNewest && (await hasTraffic(world, run)) ? says('the new revision has traffic') : [];
    case 'stopped':
      return /^(?:STOPPED|ROLLBACK_SUCCESSFUL)$/.test(status) ? [] : says('ECS says otherwise');
    case 'superseded':
      return status === 'STOPPED' && !isNewest ? [] : says('nothing replaced it');
    case 'rollback-failed':
      return status === 'ROLLBACK_FAILED' ? [] : says('ECS says otherwise');
    case 'cancelled':
      return run.cancelled.signal.aborted ? [] : says('nobody cancelled it');
    case 'refused':
      return run.calls.some(({ operation }) => operation in CHANGES) ? says('something was changed') : [];
    case 'unknown':
      return isInFlight(status) ? [] : says('ECS says how it ended');
    case 'in-progress':
    case 'planned':
      return says('that was not asked for');
  }
}

async function runsAlone({ lab }: ModelWorld, { start }: ModelRun): Promise<boolean> {
  const tasks = await lab.tasks();
  const isWanted = (arn = ''): boolean => arn.endsWith(`/${start.taskDefinition}`);
  const { desiredCount } = await lab.service();
  return (
    (tasks.length > 0 || desiredCount === 0) && tasks.every(({ taskDefinitionArn }) => isWanted(taskDefinitionArn))
  );
}

async function hasTraffic(world: ModelWorld, { start, startedAt }: ModelRun): Promise<boolean> {
  // Weights set by hand during the deployment are a person's doing.
  if (world.weightsSetAt >= startedAt) return false;
  const shares = await world.shares();
  return shares.some(({ taskDefinitions }) => taskDefinitions.some((arn) => arn.endsWith(`/${start.taskDefinition}`)));
}

/** G3: only the named service is changed, and of its deployments only the one that is followed. */
function foreignChanges({ calls, end, start }: ModelRun): readonly string[] {
  const own = end?.outputs['deployment-arn'] ?? end?.state['deployment'];
  const found: string[] = [];
  for (const { operation, input } of calls.filter((call) => !/^(?:Describe|List|Get)/.test(call.operation))) {
    const member = CHANGES[operation];
    const on = String(member === undefined ? '' : input[member]);
    const isOnService = on === 'hello-service' || /:service\/staging\/hello-service$/.test(on);
    // A main step that died before it had found its deployment leaves it to post to look for it.
    const isOwn = own === undefined || on === own;
    // What a rollback stops is somebody else's: that is what it is for.
    const mayStop = typeof start.mode !== 'string' && operation === 'StopServiceDeployment';
    const isOnOwn = on.includes(':service-deployment/') && (isOwn || mayStop);
    if (!isOnService && !isOnOwn) found.push(`G3: ${operation} on ${on || 'nothing'}`);
  }
  return found;
}

function tooManyCalls({ lab }: ModelWorld, { calls, startedAt }: ModelRun): readonly string[] {
  const minutes = (lab.clock.now() - startedAt) / 60_000;
  const allowed = SOME_CALLS + minutes * MOST_CALLS_A_MINUTE;
  return calls.length > allowed ? [`bounded calls: ${calls.length} in ${minutes.toFixed(1)} minutes`] : [];
}

/** No call of these sequences fails by itself: one is enough to take a deployment back. A rollback may stop two: one under way, and its own. */
function undoneTwice({ calls }: ModelRun): readonly string[] {
  const stopped = calls
    .filter(({ operation }) => operation === 'StopServiceDeployment')
    .map(({ input }) => String(input['serviceDeploymentArn']));
  const most = Math.max(0, ...stopped.map((arn) => stopped.filter((other) => other === arn).length));
  return most > 1 ? [`one rollback call: there were ${most}`] : [];
}

/** The pause's own end is for runs that died: a gate that failed and a cancelled run are acted on at once. */
async function notTakenBack({ lab }: ModelWorld, { start, end, isLeft }: ModelRun): Promise<readonly string[]> {
  const arn = end?.outputs['deployment-arn'] ?? end?.state['deployment'];
  if (arn === undefined) return [];
  const { status = '', rollback } = await lab.deployment(arn);
  if (start.mode === 'post' && !isLeft && /^(?:PENDING|IN_PROGRESS)$/.test(status)) {
    return [`the run was cancelled, and the deployment is ${status}`];
  }
  const gates = (end?.report['gates'] ?? []) as readonly GateResult[];
  const hasFailed = gates.some(({ gate, verdict }) => gate === 'told' && verdict === 'fail');
  const ranOut = / timed out at (?:PRE|POST)_PRODUCTION/.test(rollback?.reason ?? '');
  return hasFailed && ranOut ? ['a gate failed, and only the end of the pause took the deployment back'] : [];
}

/** What must be so when everything has come to rest, and a reconcile has passed. */
export async function restViolations(world: ModelWorld): Promise<readonly string[]> {
  const { lab } = world;
  const found: string[] = [];
  const service = await lab.service();
  const [newest] = await lab.deployments();
  if (newest && isInFlight(newest.status)) found.push(`G4: the deployment is still ${newest.status}`);
  const marks = (service.tags ?? []).map(({ key }) => key);
  if (marks.length > 0) found.push(`marks are left: ${marks.join(', ')}`);
  const [settings, expected] = [settingsOf(service.deploymentConfiguration ?? {}), settingsOf(world.expected)];
  if (settings !== expected) found.push(`settings are ${settings}, and a person would expect ${expected}`);
  const wasSetByHand = world.weightsSetAt > Number.NEGATIVE_INFINITY;
  const shares = await world.shares();
  // Where even ECS could not go back, as with an old fleet that is sick itself, the run has said so.
  const isFailed = newest?.status === 'ROLLBACK_FAILED';
  if (!wasSetByHand && !isFailed && shares.length !== 1) found.push(`G4: ${shares.length} target groups have weight`);
  // Nobody can know of a revision that crashes after its bake time; one that never was well gets no traffic.
  const crashesLater = world.crashesLater(service.taskDefinition ?? '');
  const isBlind = service.desiredCount === 0 || wasSetByHand || isFailed || crashesLater;
  if (!isBlind && shares.some(({ healthy }) => healthy === 0)) found.push('G4: the live fleet is not healthy');
  return found;
}

/** What was absent and what is empty are the same to ECS. */
function settingsOf(settings: object): string {
  const members = Object.entries(settings).filter(
    ([name, value]) =>
      !(name === 'lifecycleHooks' && (value as unknown[]).length === 0) &&
      !(name === 'alarms' && !(value as { enable?: boolean }).enable),
  );
  return JSON.stringify(Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))));
}

import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import type { FaultScene } from './scene.js';
import { addressOf, readTruth, type Step, type Truth } from './state.js';

const TERMINAL = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];
const SETTLED = ['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL'];
/** The status machine that ECS documents. */
const SUCCESSORS: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED'],
  IN_PROGRESS: ['SUCCESSFUL', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED'],
  STOP_REQUESTED: ['STOPPED'],
  ROLLBACK_REQUESTED: ['ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'],
  ROLLBACK_IN_PROGRESS: ['ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOP_REQUESTED'],
};
const RUNNING = ['RUNNING', 'DEACTIVATING'];
const PENDING = ['PROVISIONING', 'PENDING', 'ACTIVATING'];

/** violations returns a sentence for each thing that is not as it has to be, whatever was called and went wrong. */
export function violations(scene: FaultScene): readonly string[] {
  const truth = readTruth(scene.localAws);
  const failed = scene.localAws.calls().filter(({ errorCode, fault }) => errorCode === 'InternalFailure' && !fault);
  return [
    ...failed.map(({ operation, errorMessage }) => `${operation} failed: ${errorMessage ?? ''}`),
    ...weightViolations(scene, truth),
    ...targetViolations(truth),
    ...truth.services.flatMap((service) => [
      ...countViolations(truth, service),
      ...trafficViolations(scene, truth, service),
      ...service.serviceDeployments.flatMap(deploymentViolations),
      ...flightViolations(service),
    ]),
  ];
}

function weightViolations({ productionRule, testRule, targetGroups }: FaultScene, { weights }: Truth): string[] {
  return [productionRule, testRule].flatMap((rule) => {
    const forwards = weights.get(rule) ?? [];
    const sum = forwards.reduce((total, { weight }) => total + weight, 0);
    const problems: string[] = [];
    if (sum !== 100 && sum !== 1000) problems.push(`the weights of ${rule} sum up to ${sum}`);
    for (const { targetGroupArn, weight } of forwards) {
      if (!targetGroups.includes(targetGroupArn)) problems.push(`${rule} forwards to ${targetGroupArn}`);
      if (!Number.isInteger(weight) || weight < 0 || weight > 999) problems.push(`${rule} has the weight ${weight}`);
    }
    return problems;
  });
}

/** A target that gets requests is the address of a task that runs. */
function targetViolations({ tasks, targetGroups }: Truth): string[] {
  const live = new Set(tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED').map(addressOf));
  return targetGroups.flatMap(({ arn, targets }) =>
    targets
      .filter(({ id, state }) => state !== 'draining' && !live.has(id))
      .map(({ id, state }) => `${id} is ${state} in ${arn}, and the address of no task that runs`),
  );
}

function countViolations({ tasks }: Truth, service: Service): string[] {
  const own = tasks.filter(({ group }) => group === `service:${service.serviceName ?? ''}`);
  const count = (statuses: readonly string[]): number =>
    own.filter(({ lastStatus }) => statuses.includes(lastStatus ?? '')).length;
  const problems: string[] = [];
  const told = { running: service.runningCount, pending: service.pendingCount };
  const true_ = { running: count(RUNNING), pending: count(PENDING) };
  if (told.running !== true_.running || told.pending !== true_.pending) {
    problems.push(`the service tells ${JSON.stringify(told)}, and there are ${JSON.stringify(true_)}`);
  }
  const sums = (service.currentServiceRevisions ?? []).reduce(
    (sum, { runningTaskCount = 0 }) => sum + runningTaskCount,
    0,
  );
  if (sums !== service.runningCount)
    problems.push(`the revisions run ${sums} tasks, the service ${service.runningCount}`);
  if (service.status === 'INACTIVE' && own.some(({ lastStatus }) => lastStatus !== 'STOPPED')) {
    problems.push('a service that is INACTIVE has tasks');
  }
  return problems;
}

/** Once a deployment has ended well, forwards or back, every request goes to the tasks that are to run. */
function trafficViolations(scene: FaultScene, truth: Truth, service: Truth['services'][number]): string[] {
  const [latest] = service.serviceDeployments;
  const { status: ending = '', deploymentConfiguration } = latest ?? {};
  if (service.status !== 'ACTIVE' || deploymentConfiguration?.strategy === 'ROLLING') return [];
  if (!SETTLED.includes(ending)) return [];
  const productive = (truth.weights.get(scene.productionRule) ?? []).filter(({ weight }) => weight > 0);
  const problems = ending === 'SUCCESSFUL' && productive.length > 1 ? ['production traffic is divided at the end'] : [];
  const receiving = productive.map(({ targetGroupArn }) => servingIn(truth, targetGroupArn));
  if (service.desiredCount && receiving.some(({ size }) => size === 0) && isCalm(truth, service)) {
    problems.push(`production traffic goes to an empty target group, and the deployment is ${ending}`);
  }
  const idle = truth.tasks
    .filter((task) => task.lastStatus === 'RUNNING' && task.startedBy === startedBy(service))
    .filter((task) => !receiving.some((addresses) => addresses.has(addressOf(task) ?? '')));
  return [...problems, ...idle.map(({ taskArn }) => `${taskArn ?? ''} runs without production traffic`)];
}

function servingIn(truth: Truth, targetGroupArn: string): ReadonlySet<string> {
  const targets = truth.targetGroups.find(({ arn }) => arn === targetGroupArn)?.targets ?? [];
  return new Set(targets.filter(({ state }) => state !== 'draining').map(({ id }) => id));
}

/** As many tasks run as are desired: none is on its way, drains, or is being replaced. */
function isCalm({ tasks }: Truth, { desiredCount, serviceName = '' }: Service): boolean {
  const own = tasks.filter(({ group, lastStatus }) => group === `service:${serviceName}` && lastStatus !== 'STOPPED');
  return own.length === desiredCount && own.every(({ lastStatus }) => lastStatus === 'RUNNING');
}

function startedBy(service: Service): string | undefined {
  return service.deployments?.find(({ status }) => status === 'PRIMARY')?.id;
}

function deploymentViolations(deployment: ServiceDeployment & { readonly history: readonly Step[] }): string[] {
  const { status = '', finishedAt, history, lifecycleHookDetails = [] } = deployment;
  const name = deployment.serviceDeploymentArn ?? '';
  const problems: string[] = [];
  const terminal = TERMINAL.includes(status);
  if (terminal !== (finishedAt !== undefined)) problems.push(`${name} is ${status}, finished ${String(finishedAt)}`);
  for (const [index, { status: next }] of history.entries()) {
    const before = history[index - 1]?.status ?? 'PENDING';
    if (next !== before && !(SUCCESSORS[before] ?? []).includes(next))
      problems.push(`${name} went from ${before} to ${next}`);
  }
  if (history.at(-1)?.status !== status) problems.push(`${name} is ${status}, and its history does not tell it`);
  const waiting = lifecycleHookDetails.filter((hook) => hook.status === 'AWAITING_ACTION');
  if (waiting.length > 1 || (waiting.length > 0 && status !== 'IN_PROGRESS')) {
    problems.push(`${name} is ${status} with ${waiting.length} hooks that wait`);
  }
  return problems;
}

/** A newer deployment begins once the older one has ended. */
function flightViolations({ serviceDeployments }: Truth['services'][number]): string[] {
  const going = serviceDeployments.filter(({ status = '' }) => !TERMINAL.includes(status) && status !== 'PENDING');
  return going.length > 1 ? [`${going.length} service deployments are under way at once`] : [];
}

/** leftovers returns what still is there of a service that was deleted. */
export function leftovers(scene: FaultScene): readonly string[] {
  const { tasks, targetGroups, services } = readTruth(scene.localAws);
  const alive = (task: Task): boolean => task.lastStatus !== 'STOPPED';
  return [
    ...services.filter(({ status }) => status !== 'INACTIVE').map(({ status }) => `the service is ${String(status)}`),
    ...tasks.filter(alive).map(({ taskArn, lastStatus }) => `${taskArn ?? ''} is ${lastStatus ?? ''}`),
    ...targetGroups.flatMap(({ arn, targets }) => targets.map(({ id, state }) => `${id} is ${state} in ${arn}`)),
  ];
}

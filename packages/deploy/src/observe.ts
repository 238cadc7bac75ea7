import { awsErrorName, type DeploymentBrief, type ServiceState, type TaskDefinitionRevision } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import {
  explicit,
  isInFlight,
  type Observation,
  type ObservedDeployment,
  type ObservedTraffic,
} from '@slipway/delivery';
import { TAGS, leftoversOf, type Leftovers } from './ownership.js';
import type { AwsPorts } from './ports.js';
import type { Run } from './run.js';

/** What is there before anything is changed, with what only the effects need. */
export interface Observed {
  readonly observation: Observation;
  readonly service: ServiceState;
  readonly wanted: TaskDefinitionRevision;
  /** The service's deployments, newest first. */
  readonly deployments: readonly DeploymentBrief[];
  /** What a killed run left behind. */
  readonly leftovers?: Leftovers;
}

/** observe reads everything that the plan depends on. @throws SlipwayError DEPLOY_* for what does not exist */
export async function observe(run: Run): Promise<Observed> {
  const { aws, request, clock, credentials } = run;
  const service = await findService(aws, request.cluster, request.service);
  const wanted = await findRevision(aws, request.taskDefinition);
  const deployments = await aws.ecs.serviceDeployments(request.cluster, request.service);
  const leftovers = leftoversOf(service.tags, service.deploymentConfiguration);
  // What a killed run set and the service's own does not name has to be said to go.
  const own = leftovers?.change ? explicit(leftovers.change.own) : service.deploymentConfiguration;
  const inFlight = await findInFlight(run, deployments, leftovers);
  const traffic = await observeTraffic(aws, service);
  const hold = service.tags[TAGS.hold];
  const observation: Observation = {
    service: {
      ...service,
      settings: { ...own, strategy: own.strategy ?? service.strategy },
      hasLeftovers: leftovers !== undefined,
    },
    wanted,
    hasSucceeded: hasSucceeded(deployments, service),
    alarms: await observeAlarms(run, own.alarms?.enable ? own.alarms.alarmNames : []),
    credentials,
    now: clock.now(),
    ...(inFlight ? { inFlight } : {}),
    ...(traffic ? { traffic } : {}),
    ...(hold === undefined ? {} : { hold }),
  };
  return { observation, service, wanted, deployments, ...(leftovers ? { leftovers } : {}) };
}

/** ECS tells of the deployments of 90 days: what serves without one is older. */
function hasSucceeded(deployments: readonly DeploymentBrief[], { currentRevisionArns }: ServiceState): boolean {
  if (deployments.some(({ status }) => status === 'SUCCESSFUL')) return true;
  const moving = deployments.find(({ status }) => isInFlight(status));
  return currentRevisionArns.some((arn) => arn !== moving?.targetRevisionArn);
}

/** findService returns a service that can be deployed to. @throws SlipwayError DEPLOY_CLUSTER_NOT_FOUND, DEPLOY_SERVICE_NOT_FOUND */
export async function findService({ ecs }: AwsPorts, cluster: string, name: string): Promise<ServiceState> {
  const service = await ecs.service(cluster, name).catch((error: unknown) => {
    if (awsErrorName(error) !== 'ClusterNotFoundException') throw error;
    throw new SlipwayError({
      code: 'DEPLOY_CLUSTER_NOT_FOUND',
      message: `There is no ECS cluster '${cluster}' in this account and region.`,
      hint: "Check 'cluster' and 'aws-region', and which account the job's role belongs to.",
      cause: error,
    });
  });
  if (!service || service.status === 'INACTIVE') {
    throw new SlipwayError({
      code: 'DEPLOY_SERVICE_NOT_FOUND',
      message: `The cluster '${cluster}' has no ${service ? 'active ' : ''}service '${name}'.`,
      hint: "Check 'service' and 'cluster'. Slipway deploys to services that exist; it does not create them.",
    });
  }
  return service;
}

async function findRevision({ ecs }: AwsPorts, reference: string): Promise<TaskDefinitionRevision> {
  const revision = await ecs.taskDefinition(reference);
  if (revision?.status === 'ACTIVE') return revision;
  throw new SlipwayError({
    code: 'DEPLOY_TASK_DEFINITION_NOT_FOUND',
    message: revision
      ? `The task definition ${reference} is ${revision.status}.`
      : `There is no task definition ${reference} in this account and region.`,
    hint: "Pass register-task-def's output 'task-definition'.",
  });
}

async function findInFlight(
  { aws }: Run,
  deployments: readonly DeploymentBrief[],
  leftovers: Leftovers | undefined,
): Promise<ObservedDeployment | undefined> {
  const brief = deployments.find(({ status }) => isInFlight(status));
  if (!brief) return undefined;
  const taskDefinitionArn = await taskDefinitionOf(aws, brief);
  return {
    arn: brief.arn,
    status: brief.status,
    isOurs: leftovers !== undefined,
    ...(taskDefinitionArn ? { taskDefinitionArn } : {}),
  };
}

/** taskDefinitionOf returns the ARN of what a deployment deploys; undefined when ECS does not tell (any more). */
export async function taskDefinitionOf({ ecs }: AwsPorts, brief: DeploymentBrief): Promise<string | undefined> {
  if (!brief.targetRevisionArn) return undefined;
  const [revision] = await ecs.serviceRevisions([brief.targetRevisionArn]);
  return revision?.taskDefinitionArn;
}

/**
 * servingTaskDefinition returns the ARN of what was completed last: while a deployment is in flight, the service itself
 * names what that one deploys, and among its current revisions, in whatever order, is that one too. Undefined when no
 * deployment was ever completed.
 */
export async function servingTaskDefinition(
  { ecs }: AwsPorts,
  service: ServiceState,
  inFlightArn: string | undefined,
): Promise<string | undefined> {
  if (inFlightArn === undefined) return service.taskDefinitionArn;
  const moving = await ecs.serviceDeployment(inFlightArn);
  const all = [...(moving?.sourceRevisionArns ?? []), ...service.currentRevisionArns];
  const left = all.find((arn) => arn !== moving?.targetRevisionArn);
  if (left === undefined) return undefined;
  const [revision] = await ecs.serviceRevisions([left]);
  return revision?.taskDefinitionArn;
}

async function observeTraffic({ elb }: AwsPorts, service: ServiceState): Promise<ObservedTraffic | undefined> {
  const [balancer] = service.loadBalancers;
  if (!balancer) return undefined;
  const weights = balancer.productionListenerRule ? await elb.ruleWeights(balancer.productionListenerRule) : [];
  const weighted = weights.filter(({ weight }) => weight > 0).map(({ targetGroupArn }) => targetGroupArn);
  const live = weighted.length > 0 ? weighted : [balancer.targetGroupArn];
  const group = await elb.targetGroup(live[0] ?? '');
  const [loadBalancerArn] = group?.loadBalancerArns ?? [];
  const loadBalancer = loadBalancerArn ? await elb.loadBalancer(loadBalancerArn) : undefined;
  return {
    loadBalancerType: loadBalancer?.type ?? 'application',
    weights,
    liveTargets: (await Promise.all(live.map((arn) => elb.targetHealth(arn)))).flat(),
    ...(group?.deregistrationDelaySeconds === undefined
      ? {}
      : { deregistrationDelaySeconds: group.deregistrationDelaySeconds }),
  };
}

/** @throws SlipwayError DEPLOY_ALARM_NOT_FOUND: a misspelt alarm would watch over nothing */
async function observeAlarms({ aws, request }: Run, own: readonly string[]): Promise<Observation['alarms']> {
  const names = [...new Set([...own, ...request.intent.alarms])];
  if (names.length === 0) return [];
  const found = await aws.cloudwatch.alarms(names);
  const missing = request.intent.alarms.filter((name) => !found.some((alarm) => alarm.name === name));
  if (missing.length === 0) return found;
  throw new SlipwayError({
    code: 'DEPLOY_ALARM_NOT_FOUND',
    message: `There is no CloudWatch alarm of the name ${missing.map((name) => `'${name}'`).join(', ')} in this account and region.`,
    hint: "Check 'alarms'. An alarm that does not exist would watch over nothing; nothing was changed.",
  });
}

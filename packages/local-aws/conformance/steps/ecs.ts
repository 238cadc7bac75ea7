import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { setTimeout as delay } from 'node:timers/promises';
import { kept, step, type Stage, type Step } from '../step.js';

const cluster = ({ prefix }: Stage): string => `${prefix}-cluster`;
const family = ({ prefix }: Stage): string => `${prefix}-web`;
const network = (s: Stage) => ({
  awsvpcConfiguration: { subnets: [s.network.subnets[0]], securityGroups: [s.network.securityGroup] },
});
const keep = (s: Stage, word: string, value: string | undefined): void => void s.kept.set(word, value ?? '');

function definition(s: Stage) {
  return {
    family: family(s),
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'web',
        image: 'busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000',
        essential: true,
        cpu: 256,
        memory: 512,
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: 'COLOUR', value: 'blue' }],
      },
    ],
  };
}

const CLUSTERS: readonly Step[] = [
  step('ecs:CreateCluster', 'a new one', async (s) => {
    const output = await s.ecs.send(new CreateClusterCommand({ clusterName: cluster(s) }));
    keep(s, 'cluster', output.cluster?.clusterArn);
    return output;
  }),
  step('ecs:CreateCluster', 'another', (s) => s.ecs.send(new CreateClusterCommand({ clusterName: `${cluster(s)}-2` }))),
  step('ecs:DeleteCluster', 'an empty one', (s) =>
    s.ecs.send(new DeleteClusterCommand({ cluster: `${cluster(s)}-2` })),
  ),
  step('ecs:DescribeClusters', 'one that is and one that is not', (s) =>
    s.ecs.send(new DescribeClustersCommand({ clusters: [cluster(s), 'none'] })),
  ),
  step('ecs:ListClusters', 'all', (s) => s.ecs.send(new ListClustersCommand({}))),
  step('ecs:TagResource', 'a cluster', (s) =>
    s.ecs.send(new TagResourceCommand({ resourceArn: kept(s, 'cluster'), tags: [{ key: 'owner', value: 'us' }] })),
  ),
  step('ecs:ListTagsForResource', 'a cluster', (s) =>
    s.ecs.send(new ListTagsForResourceCommand({ resourceArn: kept(s, 'cluster') })),
  ),
  step('ecs:UntagResource', 'a cluster', (s) =>
    s.ecs.send(new UntagResourceCommand({ resourceArn: kept(s, 'cluster'), tagKeys: ['owner'] })),
  ),
];

const TASK_DEFINITIONS: readonly Step[] = [
  step('ecs:RegisterTaskDefinition', 'for Fargate', async (s) => {
    const output = await s.ecs.send(new RegisterTaskDefinitionCommand(definition(s)));
    keep(s, 'definition', output.taskDefinition?.taskDefinitionArn);
    return output;
  }),
  step('ecs:RegisterTaskDefinition', 'a second revision', (s) =>
    s.ecs.send(new RegisterTaskDefinitionCommand(definition(s))),
  ),
  step('ecs:DescribeTaskDefinition', 'by family', (s) =>
    s.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family(s) })),
  ),
  step('ecs:DescribeTaskDefinition', 'one that is not', (s) =>
    s.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: `${family(s)}-none` })),
  ),
  step('ecs:ListTaskDefinitions', 'of a family', (s) =>
    s.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: family(s) })),
  ),
  step('ecs:DeregisterTaskDefinition', 'the second', (s) =>
    s.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `${family(s)}:2` })),
  ),
  step('ecs:DeregisterTaskDefinition', 'one that is not', (s) =>
    s.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `${family(s)}:99` })),
  ),
];

const SERVICES: readonly Step[] = [
  step('ecs:CreateService', 'with no task', (s) =>
    s.ecs.send(
      new CreateServiceCommand({
        cluster: cluster(s),
        serviceName: 'web',
        taskDefinition: `${family(s)}:1`,
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: network(s),
      }),
    ),
  ),
  step('ecs:CreateService', 'in a cluster that is not', (s) =>
    s.ecs.send(
      new CreateServiceCommand({
        cluster: 'none',
        serviceName: 'web',
        taskDefinition: `${family(s)}:1`,
        desiredCount: 0,
      }),
    ),
  ),
  step('ecs:DescribeServices', 'one that is and one that is not', (s) =>
    s.ecs.send(new DescribeServicesCommand({ cluster: cluster(s), services: ['web', 'none'] })),
  ),
  step('ecs:DescribeServices', 'in a cluster that is not', (s) =>
    s.ecs.send(new DescribeServicesCommand({ cluster: 'none', services: ['web'] })),
  ),
  step('ecs:ListServices', 'of a cluster', (s) => s.ecs.send(new ListServicesCommand({ cluster: cluster(s) }))),
  step('ecs:UpdateService', 'to no other count', (s) =>
    s.ecs.send(new UpdateServiceCommand({ cluster: cluster(s), service: 'web', desiredCount: 0 })),
  ),
  step('ecs:UpdateService', 'one that is not', (s) =>
    s.ecs.send(new UpdateServiceCommand({ cluster: cluster(s), service: 'none', desiredCount: 0 })),
  ),
];

const ATTEMPTS = 600;
const PAUSE_MS = 100;

/** The task runs, or has failed to: what is told of it from then on does not depend on how fast it came so far. */
async function settled(s: Stage): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const input = { cluster: cluster(s), tasks: [kept(s, 'task')] };
    const { tasks } = await s.ecs.send(new DescribeTasksCommand(input));
    if (['RUNNING', 'STOPPED'].includes(tasks?.[0]?.lastStatus ?? 'STOPPED')) return;
    await delay(PAUSE_MS);
  }
}

const TASKS: readonly Step[] = [
  step('ecs:RunTask', 'one', async (s) => {
    const input = { cluster: cluster(s), taskDefinition: `${family(s)}:1`, networkConfiguration: network(s) };
    const output = await s.ecs.send(new RunTaskCommand({ ...input, launchType: 'FARGATE', count: 1 }));
    keep(s, 'task', output.tasks?.[0]?.taskArn);
    return output;
  }),
  step('ecs:RunTask', 'of a definition that is not', (s) =>
    s.ecs.send(new RunTaskCommand({ cluster: cluster(s), taskDefinition: 'none:1', launchType: 'FARGATE' })),
  ),
  step('ecs:ListTasks', 'of a cluster', (s) => s.ecs.send(new ListTasksCommand({ cluster: cluster(s) }))),
  step('ecs:DescribeTasks', 'one that is not', (s) =>
    s.ecs.send(new DescribeTasksCommand({ cluster: cluster(s), tasks: ['00000000000000000000000000000000'] })),
  ),
  step('ecs:StopTask', 'by hand', async (s) => {
    await settled(s);
    return s.ecs.send(new StopTaskCommand({ cluster: cluster(s), task: kept(s, 'task'), reason: 'enough' }));
  }),
  step('ecs:StopTask', 'one that is not', (s) =>
    s.ecs.send(new StopTaskCommand({ cluster: cluster(s), task: '00000000000000000000000000000000' })),
  ),
];

const ENDS: readonly Step[] = [
  step('ecs:DeleteCluster', 'one that has a service', (s) =>
    s.ecs.send(new DeleteClusterCommand({ cluster: cluster(s) })),
  ),
  step('ecs:DeleteService', 'by force', (s) =>
    s.ecs.send(new DeleteServiceCommand({ cluster: cluster(s), service: 'web', force: true })),
  ),
  step('ecs:DeleteService', 'one that is not', (s) =>
    s.ecs.send(new DeleteServiceCommand({ cluster: cluster(s), service: 'none', force: true })),
  ),
  step('ecs:DeleteCluster', 'one that is not', (s) => s.ecs.send(new DeleteClusterCommand({ cluster: 'none' }))),
];

/** ECS_STEPS are the calls of ECS. */
export const ECS_STEPS: readonly Step[] = [...CLUSTERS, ...TASK_DEFINITIONS, ...SERVICES, ...TASKS, ...ENDS];

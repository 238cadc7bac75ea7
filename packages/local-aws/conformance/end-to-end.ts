import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanUp } from './clean-up.js';
import { buildEntrance, removeEntrance, type Entrance } from './entrance.js';
import type { Stage } from './step.js';
import { watchService } from './watch-service.js';

/** What a delivery needs that no SDK call can make up. */
export interface Cargo {
  /** Two images that answer HTTP at `/` on port 8080 with status 200. */
  readonly images: { readonly blue: string; readonly green: string };
  /** ECS pulls as this role; absent where nothing has to be allowed. */
  readonly executionRoleArn?: string;
  /** ECS changes listener rules as this role. */
  readonly infrastructureRoleArn: string;
}

/** Delivery is what a blue/green deployment came to. */
export interface Delivery {
  readonly status: string;
  /** By colour of the target group, blue being the one that had the traffic before. */
  readonly weights: { readonly blue: number; readonly green: number };
  readonly requests: number;
  readonly failures: readonly string[];
}

const CONTAINER = { name: 'web', port: 8_080 };
const DESIRED_COUNT = 2;
/** Tasks, load balancers and names in DNS each take minutes on AWS. */
const WAIT = { maxWaitTime: 1_200, minDelay: 1, maxDelay: 15 };
const POLL_MS = 1_000;
const TERMINAL = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

/** deliver sets a service up, deploys to it blue/green under traffic, and removes all of it again, come what may. */
export async function deliver(stage: Stage, cargo: Cargo): Promise<Delivery> {
  const entrance = await buildEntrance(stage);
  try {
    await createService(stage, cargo, entrance);
    const traffic = await watchService(entrance.url);
    const status = await deploy(stage, cargo).finally(() => traffic.stop());
    return { status, weights: await weightsOf(stage, entrance), ...traffic.figures() };
  } finally {
    await takeDown(stage, entrance);
  }
}

const names = ({ prefix }: Stage) => ({ cluster: `${prefix}-cluster`, service: 'web', family: `${prefix}-web` });

async function register(stage: Stage, cargo: Cargo, image: string): Promise<string> {
  const { executionRoleArn } = cargo;
  const output = await stage.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: names(stage).family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
      containerDefinitions: [{ name: CONTAINER.name, image, portMappings: [{ containerPort: CONTAINER.port }] }],
    }),
  );
  return output.taskDefinition?.taskDefinitionArn ?? '';
}

async function createService(stage: Stage, cargo: Cargo, entrance: Entrance): Promise<void> {
  const { ecs, network } = stage;
  const { cluster, service } = names(stage);
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: service,
      taskDefinition: await register(stage, cargo, cargo.images.blue),
      desiredCount: DESIRED_COUNT,
      launchType: 'FARGATE',
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...network.subnets],
          securityGroups: [network.securityGroup],
          assignPublicIp: 'ENABLED',
        },
      },
      loadBalancers: [
        {
          targetGroupArn: entrance.blueArn,
          containerName: CONTAINER.name,
          containerPort: CONTAINER.port,
          advancedConfiguration: {
            alternateTargetGroupArn: entrance.greenArn,
            productionListenerRule: entrance.ruleArn,
            roleArn: cargo.infrastructureRoleArn,
          },
        },
      ],
    }),
  );
  await waitUntilServicesStable({ client: ecs, ...WAIT }, { cluster, services: [service] });
}

/** deploy starts the deployment and returns the status that it ends with. */
async function deploy(stage: Stage, cargo: Cargo): Promise<string> {
  const { ecs } = stage;
  const { cluster, service } = names(stage);
  const taskDefinition = await register(stage, cargo, cargo.images.green);
  await ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition }));
  const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
  const arn = listed.serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
  const deadlineMs = performance.now() + WAIT.maxWaitTime * 1_000;
  while (performance.now() < deadlineMs) {
    const found = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
    const status = found.serviceDeployments?.[0]?.status ?? 'missing';
    if (TERMINAL.includes(status)) return status;
    await delay(POLL_MS);
  }
  return 'not over in time';
}

async function weightsOf({ elb }: Stage, entrance: Entrance): Promise<Delivery['weights']> {
  const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [entrance.ruleArn] }));
  const tuples = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const weightOf = (arn: string): number => tuples.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 0;
  return { blue: weightOf(entrance.blueArn), green: weightOf(entrance.greenArn) };
}

async function takeDown(stage: Stage, entrance: Entrance): Promise<void> {
  const { ecs } = stage;
  const { cluster, service } = names(stage);
  // A service that was never made needs no removing; the rest has to go all the same.
  const deleted = await ecs.send(new DeleteServiceCommand({ cluster, service, force: true })).catch(() => undefined);
  if (deleted) await waitUntilServicesInactive({ client: ecs, ...WAIT }, { cluster, services: [service] });
  await removeEntrance(stage, entrance);
  await cleanUp(stage);
}

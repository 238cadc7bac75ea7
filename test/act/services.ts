import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { createEnvironment, createRepository, createService, type Aws } from '@slipway/rehearsal';

/** A service of a consumer's configuration. */
export interface ServiceWish {
  /** Of the service, its repository and its family. */
  readonly name: string;
  readonly container: string;
  /** Blue/green behind a load balancer, of which an environment has one; else rolling, without. */
  readonly isBehindLoadBalancer: boolean;
}

/** openServices makes a cluster in which each service runs a first revision. */
export async function openServices(aws: Aws, cluster: string, services: readonly ServiceWish[]): Promise<void> {
  const environment = await createEnvironment(aws, cluster);
  for (const wish of services) {
    const { name: service, container } = wish;
    await createRepository(aws, service);
    const taskDefinition = await registerFirst(aws, wish);
    if (wish.isBehindLoadBalancer) {
      await createService(aws, environment, { taskDefinition, bakeMinutes: 1, service, container });
      continue;
    }
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-a'] } };
    await aws.ecs.send(
      new CreateServiceCommand({
        ...{ cluster, serviceName: service, taskDefinition, networkConfiguration },
        ...{ desiredCount: 1, launchType: 'FARGATE' },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    );
  }
}

async function registerFirst({ ecs }: Aws, { name, container }: ServiceWish): Promise<string> {
  const image = `registry.example/${name}@sha256:${'1'.repeat(64)}`;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: name, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' },
      containerDefinitions: [{ name: container, image, essential: true, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** imageOfService returns the image of the revision that a service has. */
export async function imageOfService({ ecs }: Aws, cluster: string, service: string): Promise<string> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const taskDefinition = services?.[0]?.taskDefinition ?? '';
  const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return described.taskDefinition?.containerDefinitions?.[0]?.image ?? '';
}

/** tagsOfService returns the tags of a service. */
export async function tagsOfService(
  { ecs }: Aws,
  cluster: string,
  service: string,
): Promise<Readonly<Record<string, string>>> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }));
  return Object.fromEntries((services?.[0]?.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}

import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { DeploymentBrief, EcsClients, EcsPort } from './ecs-port.js';
import type { ServiceRevisionState } from './ecs-types.js';
import { readDeployment, readRevision } from './ecs-views.js';
import { named } from './named.js';

type DeploymentCalls = Pick<
  EcsPort,
  'serviceDeployments' | 'serviceDeployment' | 'serviceRevisions' | 'stopWithRollback' | 'answerHook'
>;

/** DescribeServiceRevisions takes at most so many names (API reference). */
const REVISIONS_PER_CALL = 20;

/** deploymentCalls are the calls on service deployments and revisions. */
export function deploymentCalls(clients: EcsClients): DeploymentCalls {
  return {
    serviceDeployments: (cluster, service) => listDeployments(clients, { cluster, service }),
    serviceDeployment: async (arn) => {
      const answer = await clients.usual
        .send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }))
        .catch(named('ecs:DescribeServiceDeployments'));
      const found = answer.serviceDeployments?.[0];
      return found ? readDeployment(found) : undefined;
    },
    serviceRevisions: (arns) => describeRevisions(clients, arns),
    stopWithRollback: async (serviceDeploymentArn) => {
      await clients.impatient
        .send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }))
        .catch(named('ecs:StopServiceDeployment'));
    },
    answerHook: async ({ deploymentArn, hookId, action }) => {
      await clients.once
        .send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn: deploymentArn, hookId, action }))
        .catch(named('ecs:ContinueServiceDeployment'));
    },
  };
}

async function listDeployments(
  { usual }: EcsClients,
  where: { readonly cluster: string; readonly service: string },
): Promise<readonly DeploymentBrief[]> {
  const found: DeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const page = await usual
      .send(new ListServiceDeploymentsCommand({ ...where, ...(nextToken ? { nextToken } : {}) }))
      .catch(named('ecs:ListServiceDeployments'));
    found.push(...(page.serviceDeployments ?? []).map(readBrief));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

function readBrief(brief: ServiceDeploymentBrief): DeploymentBrief {
  return {
    arn: brief.serviceDeploymentArn ?? '',
    status: brief.status ?? 'UNKNOWN',
    ...(brief.targetServiceRevisionArn === undefined ? {} : { targetRevisionArn: brief.targetServiceRevisionArn }),
    ...(brief.createdAt === undefined ? {} : { createdAt: brief.createdAt }),
    ...(brief.finishedAt === undefined ? {} : { finishedAt: brief.finishedAt }),
  };
}

async function describeRevisions(
  { usual }: EcsClients,
  arns: readonly string[],
): Promise<readonly ServiceRevisionState[]> {
  const found = new Map<string, ServiceRevisionState>();
  for (let at = 0; at < arns.length; at += REVISIONS_PER_CALL) {
    const serviceRevisionArns = arns.slice(at, at + REVISIONS_PER_CALL);
    const answer = await usual
      .send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }))
      .catch(named('ecs:DescribeServiceRevisions'));
    for (const revision of (answer.serviceRevisions ?? []).map(readRevision)) found.set(revision.arn, revision);
  }
  return arns.flatMap((arn) => found.get(arn) ?? []);
}

import type {
  ContinueServiceDeploymentRequest,
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  StopServiceDeploymentRequest,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../../../service.js';
import { conflict, invalidParameter, serviceDeploymentNotFound } from '../errors.js';
import { findCluster, findService } from '../lookup.js';
import type { Ecs, ServiceDeploymentRecord, ServiceRecord } from '../model.js';
import { operation } from '../operations.js';
import { pageOf } from '../paging.js';
import { isTerminal } from './record.js';
import { requestRollback } from './runner.js';
import { briefView, deploymentView, revisionView } from './view.js';

/** AWS's limit of both Describe calls. */
const MOST_DESCRIBED = 20;

/** serviceDeploymentOperations are the calls on service deployments and service revisions. */
export function serviceDeploymentOperations(ecs: Ecs): Readonly<Record<string, Operation>> {
  return {
    ...operation<ListServiceDeploymentsRequest>('ListServiceDeployments', (input) => list(ecs, input)),
    ...operation<DescribeServiceDeploymentsRequest>('DescribeServiceDeployments', ({ serviceDeploymentArns }) => {
      const { found, failures } = each(serviceDeploymentArns, (arn) => findDeployment(ecs, arn));
      return { serviceDeployments: found.map((one) => deploymentView(one.service, one.deployment)), failures };
    }),
    ...operation<DescribeServiceRevisionsRequest>('DescribeServiceRevisions', ({ serviceRevisionArns }) => {
      const { found, failures } = each(serviceRevisionArns, (arn) => findRevision(ecs, arn));
      return { serviceRevisions: found.map((one) => revisionView(one.service, one.revision)), failures };
    }),
    ...operation<StopServiceDeploymentRequest>('StopServiceDeployment', (input) => stop(ecs, input)),
    ...operation<ContinueServiceDeploymentRequest>('ContinueServiceDeployment', (input) => proceed(ecs, input)),
  };
}

function list(ecs: Ecs, input: ListServiceDeploymentsRequest): object {
  const service = findService(findCluster(ecs, input.cluster), input.service);
  // On the wire, and so here, a time is a number of seconds.
  const { after = -Infinity, before = Infinity } = (input.createdAt ?? {}) as object as {
    after?: number;
    before?: number;
  };
  const deployments = service.deployments
    .filter(({ status }) => !input.status?.length || input.status.includes(status))
    .filter(({ createdAt }) => createdAt.getTime() / 1000 >= after && createdAt.getTime() / 1000 <= before);
  const { items, nextToken } = pageOf(deployments, input, { usual: 20, most: 100 });
  return { serviceDeployments: items.map((deployment) => briefView(service, deployment)), nextToken };
}

/** Whatever already goes back goes on doing so: as documented, the call may be repeated. */
function stop(ecs: Ecs, { serviceDeploymentArn, stopType = 'ROLLBACK' }: StopServiceDeploymentRequest): object {
  if (stopType !== 'ROLLBACK')
    throw invalidParameter(`The stopType ${String(stopType)} is not valid: it has to be ROLLBACK.`);
  const { deployment } = existing(ecs, serviceDeploymentArn);
  if (isTerminal(deployment.status)) {
    throw conflict(`The service deployment is ${deployment.status} and cannot be stopped.`);
  }
  requestRollback(ecs, deployment, 'Service deployment rolled back because of a request to stop it.');
  return { serviceDeploymentArn: deployment.arn };
}

function proceed(ecs: Ecs, input: ContinueServiceDeploymentRequest): object {
  const { deployment } = existing(ecs, input.serviceDeploymentArn);
  const action = input.action ?? 'CONTINUE';
  if (action !== 'CONTINUE' && action !== 'ROLLBACK') {
    throw invalidParameter(`The action ${String(action)} is not valid: it has to be CONTINUE or ROLLBACK.`);
  }
  const hook = deployment.hooks.find(({ hookId }) => hookId === input.hookId);
  if (!hook) throw invalidParameter(`The service deployment has no lifecycle hook ${String(input.hookId)}.`);
  const answer = deployment.answers.get(hook.hookId);
  if (deployment.status !== 'IN_PROGRESS' || hook.status !== 'AWAITING_ACTION' || !answer) {
    throw invalidParameter(`The lifecycle hook ${hook.hookId} is ${hook.status} and not awaiting action.`);
  }
  answer(action);
  return { serviceDeploymentArn: deployment.arn };
}

interface Found {
  readonly service: ServiceRecord;
  readonly deployment: ServiceDeploymentRecord;
}

function existing(ecs: Ecs, arn: string | undefined): Found {
  const found = findDeployment(ecs, arn ?? '');
  if (!found) throw serviceDeploymentNotFound();
  return found;
}

/** `…:service-deployment/staging/web/TCWGN1QOJw0Y` and `…:service-revision/staging/web/4980306466373577095` say where. */
function serviceNamedBy(ecs: Ecs, arn: string): ServiceRecord | undefined {
  const [, cluster = '', service = ''] = arn.split('/');
  return ecs.clusters.get(cluster)?.services.get(service);
}

function findDeployment(ecs: Ecs, arn: string): Found | undefined {
  const service = serviceNamedBy(ecs, arn);
  const deployment = service?.deployments.find((candidate) => candidate.arn === arn);
  return service && deployment && { service, deployment };
}

function findRevision(ecs: Ecs, arn: string) {
  const service = serviceNamedBy(ecs, arn);
  const revision = service?.revisions.find((candidate) => candidate.arn === arn);
  return service && revision && { service, revision };
}

function each<Item>(arns: readonly string[] | undefined, find: (arn: string) => Item | undefined) {
  if (!arns || arns.length === 0) throw invalidParameter('At least one ARN must be given.');
  if (arns.length > MOST_DESCRIBED)
    throw invalidParameter(`At most ${MOST_DESCRIBED} ARNs can be described in one call.`);
  const found: Item[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const arn of arns) {
    const item = find(arn);
    if (item === undefined) failures.push({ arn, reason: 'MISSING' });
    else found.push(item);
  }
  return { found, failures };
}

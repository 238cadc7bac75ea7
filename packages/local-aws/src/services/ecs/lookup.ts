import { lastPart } from './arns.js';
import { clientException, clusterNotFound, serviceNotActive, serviceNotFound } from './errors.js';
import type { ClusterRecord, Ecs, ServiceRecord, TaskDefinitionRecord } from './model.js';
import { checkRunnable } from './task-definition-input.js';

/** The cluster of calls that name none. */
const DEFAULT_CLUSTER = 'default';

/** findCluster returns an active cluster by name or ARN. @throws AwsError ClusterNotFoundException */
export function findCluster(ecs: Ecs, nameOrArn: string | undefined): ClusterRecord {
  const cluster = ecs.clusters.get(lastPart(nameOrArn ?? DEFAULT_CLUSTER));
  if (!cluster || cluster.status !== 'ACTIVE') throw clusterNotFound();
  if (nameOrArn?.startsWith('arn:') && nameOrArn !== cluster.arn) throw clusterNotFound();
  return cluster;
}

/** serviceIn returns a service of a cluster by name or ARN, whatever its status. */
export function serviceIn(cluster: ClusterRecord, nameOrArn: string): ServiceRecord | undefined {
  const service = cluster.services.get(lastPart(nameOrArn));
  return nameOrArn.startsWith('arn:') && nameOrArn !== service?.arn ? undefined : service;
}

/** findService returns a service that is not deleted. @throws AwsError ServiceNotFoundException */
export function findService(cluster: ClusterRecord, nameOrArn: string | undefined): ServiceRecord {
  const service = serviceIn(cluster, nameOrArn ?? '');
  if (!service || service.status === 'INACTIVE') throw serviceNotFound();
  return service;
}

/** findActiveService returns a service that may be changed. @throws AwsError ServiceNotFoundException, ServiceNotActiveException */
export function findActiveService(cluster: ClusterRecord, nameOrArn: string | undefined): ServiceRecord {
  const service = serviceIn(cluster, nameOrArn ?? '');
  if (!service) throw serviceNotFound();
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  return service;
}

/** taskDefinitionOf returns a revision by family (its latest active one), family:revision or ARN. */
export function taskDefinitionOf(ecs: Ecs, reference: string): TaskDefinitionRecord | undefined {
  const name = reference.startsWith('arn:') ? lastPart(reference) : reference;
  const [family = '', revision] = name.split(':');
  const revisions = ecs.taskDefinitions.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.filter(({ status }) => status === 'ACTIVE').at(-1)
      : revisions.find((candidate) => String(candidate.revision) === revision);
  return reference.startsWith('arn:') && found?.arn !== reference ? undefined : found;
}

/** findTaskDefinition returns an active revision to run. @throws AwsError ClientException, and for what is not run here */
export function findTaskDefinition(ecs: Ecs, reference: string): TaskDefinitionRecord {
  const found = taskDefinitionOf(ecs, reference);
  if (!found) throw clientException('TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  checkRunnable(found.registered);
  return found;
}

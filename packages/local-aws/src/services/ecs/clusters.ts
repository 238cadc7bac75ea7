import type {
  Cluster,
  ClusterField,
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeClustersRequest,
  Failure,
  ListClustersRequest,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../../service.js';
import { ecsArn, lastPart } from './arns.js';
import { clusterNotFound, invalidParameter } from './errors.js';
import type { ClusterRecord, Ecs } from './model.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';
import { refuseUnsupported, requireOneOf } from './supported.js';
import { setTags, tagsOf } from './tags.js';

/** AWS's rule for names of clusters and services. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,255}$/;

/** clusterOperations are the calls on clusters. */
export function clusterOperations(ecs: Ecs): Readonly<Record<string, Operation>> {
  return {
    ...operation<CreateClusterRequest>('CreateCluster', (input) => ({ cluster: createCluster(ecs, input) })),
    ...operation<DescribeClustersRequest>('DescribeClusters', (input) => describeClusters(ecs, input)),
    ...operation<DeleteClusterRequest>('DeleteCluster', ({ cluster }) => ({ cluster: deleteCluster(ecs, cluster) })),
    ...operation<ListClustersRequest>('ListClusters', (input) => {
      const active = [...ecs.clusters.values()].filter(({ status }) => status === 'ACTIVE');
      const { items, nextToken } = pageOf(active, input);
      return { clusterArns: items.map(({ arn }) => arn), nextToken };
    }),
  };
}

function createCluster(ecs: Ecs, input: CreateClusterRequest): Cluster {
  const members = ['settings', 'configuration', 'capacityProviders', 'defaultCapacityProviderStrategy'];
  refuseUnsupported(input, [...members, 'serviceConnectDefaults']);
  const name = input.clusterName ?? 'default';
  if (!NAME_PATTERN.test(name)) throw invalidParameter('Identifier contains invalid characters.');
  const existing = ecs.clusters.get(name);
  // As on AWS, creating a cluster again answers with the one that there is.
  if (existing?.status === 'ACTIVE') return clusterView(ecs, existing, ['TAGS', 'SETTINGS']);
  const arn = ecsArn(ecs.world, `cluster/${name}`);
  const cluster: ClusterRecord = { name, arn, status: 'ACTIVE', services: new Map(), tasks: new Map() };
  setTags(ecs, arn, input.tags);
  ecs.clusters.set(name, cluster);
  return clusterView(ecs, cluster, ['TAGS', 'SETTINGS']);
}

function describeClusters(ecs: Ecs, input: DescribeClustersRequest): { clusters: Cluster[]; failures: Failure[] } {
  requireOneOf('include', input.include, ['TAGS', 'STATISTICS', 'SETTINGS']);
  const clusters: Cluster[] = [];
  const failures: Failure[] = [];
  for (const reference of input.clusters ?? ['default']) {
    const cluster = ecs.clusters.get(lastPart(reference));
    if (cluster) clusters.push(clusterView(ecs, cluster, input.include ?? []));
    else failures.push({ arn: ecsArn(ecs.world, `cluster/${lastPart(reference)}`), reason: 'MISSING' });
  }
  return { clusters, failures };
}

function deleteCluster(ecs: Ecs, reference: string | undefined): Cluster {
  const cluster = ecs.clusters.get(lastPart(reference ?? ''));
  if (!cluster || cluster.status !== 'ACTIVE') throw clusterNotFound();
  if (activeServices(cluster) > 0) {
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  }
  if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== 'STOPPED')) {
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
  cluster.status = 'INACTIVE';
  return clusterView(ecs, cluster, []);
}

function activeServices(cluster: ClusterRecord): number {
  return [...cluster.services.values()].filter(({ status }) => status !== 'INACTIVE').length;
}

function clusterView(ecs: Ecs, cluster: ClusterRecord, include: readonly ClusterField[]): Cluster {
  const tasks = [...cluster.tasks.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => ['PROVISIONING', 'PENDING'].includes(lastStatus)).length,
    activeServicesCount: activeServices(cluster),
    statistics: [],
    settings: include.includes('SETTINGS') ? [{ name: 'containerInsights', value: 'disabled' }] : [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    ...(include.includes('TAGS') ? { tags: tagsOf(ecs, cluster.arn) } : {}),
  };
}

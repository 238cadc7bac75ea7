import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  Failure,
  ListServicesRequest,
  Service,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../../service.js';
import { ecsArn, lastPart } from './arns.js';
import { createService } from './create-service.js';
import { invalidParameter, unsupported } from './errors.js';
import { findCluster, findService, serviceIn } from './lookup.js';
import type { Ecs, ServiceRecord } from './model.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';
import { scale } from './scheduler/fleet.js';
import { requestStop } from './service-deployments/runner.js';
import { requireOneOf } from './supported.js';
import { serviceView } from './service-view.js';
import { updateService } from './update-service.js';

/** DescribeServices takes at most ten services. */
const MOST_DESCRIBED = 10;

/** serviceOperations are the calls on services. */
export function serviceOperations(ecs: Ecs): Readonly<Record<string, Operation>> {
  return {
    ...operation<CreateServiceRequest>('CreateService', (input) => ({
      service: serviceView(ecs, createService(ecs, input), true),
    })),
    ...operation<UpdateServiceRequest>('UpdateService', (input) => ({
      service: serviceView(ecs, updateService(ecs, input), false),
    })),
    ...operation<DescribeServicesRequest>('DescribeServices', (input) => describeServices(ecs, input)),
    ...operation<DeleteServiceRequest>('DeleteService', (input) => ({
      service: serviceView(ecs, deleteService(ecs, input), false),
    })),
    ...operation<ListServicesRequest>('ListServices', (input) => listServices(ecs, input)),
  };
}

function describeServices(ecs: Ecs, input: DescribeServicesRequest): { services: Service[]; failures: Failure[] } {
  requireOneOf('include', input.include, ['TAGS']);
  const cluster = findCluster(ecs, input.cluster);
  const references = input.services ?? [];
  if (references.length === 0) throw invalidParameter('Services cannot be empty.');
  if (references.length > MOST_DESCRIBED) {
    throw invalidParameter(`A maximum of ${MOST_DESCRIBED} services can be described in one call.`);
  }
  const services: Service[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const service = serviceIn(cluster, reference);
    if (service) services.push(serviceView(ecs, service, input.include?.includes('TAGS') ?? false));
    else failures.push({ arn: ecsArn(ecs.world, `service/${cluster.name}/${lastPart(reference)}`), reason: 'MISSING' });
  }
  return { services, failures };
}

function deleteService(ecs: Ecs, input: DeleteServiceRequest): ServiceRecord {
  const service = findService(findCluster(ecs, input.cluster), input.service);
  if (service.desiredCount > 0 && !input.force) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  if (service.status === 'DRAINING') return service;
  service.status = 'DRAINING';
  service.desiredCount = 0;
  const current = service.deployments[0];
  if (current) requestStop(ecs, current, 'Service deployment stopped because the service was deleted.');
  void drain(ecs, service, current?.done);
  return service;
}

async function drain(ecs: Ecs, service: ServiceRecord, deployment: Promise<void> | undefined): Promise<void> {
  try {
    await deployment;
    for (const fleet of service.fleets) scale(ecs, fleet, { service, to: 0 });
    await service.changes.until(() => service.fleets.every(({ tasks }) => tasks.size === 0), ecs.closing);
    service.status = 'INACTIVE';
    service.changes.notify();
  } catch (error) {
    if (!ecs.closing.aborted) throw error;
  }
}

function listServices(ecs: Ecs, input: ListServicesRequest): object {
  const { launchType, schedulingStrategy, resourceManagementType } = input;
  if (resourceManagementType !== undefined) throw unsupported('resourceManagementType', resourceManagementType);
  const services = [...findCluster(ecs, input.cluster).services.values()]
    .filter(({ status }) => status !== 'INACTIVE')
    .filter((service) => launchType === undefined || service.launchType === launchType)
    .filter(() => schedulingStrategy === undefined || schedulingStrategy === 'REPLICA');
  const { items, nextToken } = pageOf(services, input, { usual: 10, most: 100 });
  return { serviceArns: items.map(({ arn }) => arn), nextToken };
}

import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { checkShared, checkDesiredCount, UNSUPPORTED_OF_SERVICE } from './create-service.js';
import { mergeDeploymentConfiguration } from './deployment-configuration.js';
import { addEvent } from './events.js';
import { findActiveService, findCluster, findTaskDefinition } from './lookup.js';
import type { Ecs, ServiceConfiguration, ServiceRecord } from './model.js';
import { healthyCount, scale } from './scheduler/fleet.js';
import { lookAtAll } from './scheduler/health-watch.js';
import { checkServiceConfiguration, startsDeployment } from './service-configuration.js';
import { requireAlarms } from './service-deployments/alarm-watch.js';
import { isTerminal } from './service-deployments/record.js';
import { startServiceDeployment } from './service-deployments/start.js';
import { refuseUnsupported } from './supported.js';

/** updateService changes a service, and starts a service deployment if the change takes one. */
export function updateService(ecs: Ecs, input: UpdateServiceRequest): ServiceRecord {
  const service = findActiveService(findCluster(ecs, input.cluster), input.service);
  refuseUnsupported(input, UNSUPPORTED_OF_SERVICE);
  checkShared(input);
  checkDesiredCount(input.desiredCount);
  // Everything is checked before anything is changed.
  const deploymentConfiguration = mergeDeploymentConfiguration(
    service.deploymentConfiguration,
    input.deploymentConfiguration,
  );
  requireAlarms(ecs, input.deploymentConfiguration);
  const next = configurationOf(ecs, service, input);
  checkServiceConfiguration(ecs, next, deploymentConfiguration.strategy ?? 'ROLLING');
  const starts = input.forceNewDeployment === true || startsDeployment(service.configuration, next);
  const previous = service.configuration;
  service.deploymentConfiguration = deploymentConfiguration;
  service.configuration = starts ? next : previous;
  service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  service.enableExecuteCommand = input.enableExecuteCommand ?? service.enableExecuteCommand;
  service.enableEcsManagedTags = input.enableECSManagedTags ?? service.enableEcsManagedTags;
  service.propagateTags = input.propagateTags ?? service.propagateTags;
  setDesiredCount(ecs, service, input.desiredCount ?? service.desiredCount);
  if (starts) startServiceDeployment(ecs, service);
  // A grace period that became shorter may be over.
  lookAtAll(ecs, service);
  return service;
}

function configurationOf(ecs: Ecs, service: ServiceRecord, input: UpdateServiceRequest): ServiceConfiguration {
  const current = service.configuration;
  return {
    taskDefinition:
      input.taskDefinition === undefined ? current.taskDefinition : findTaskDefinition(ecs, input.taskDefinition),
    loadBalancers: input.loadBalancers ?? current.loadBalancers,
    networkConfiguration: input.networkConfiguration ?? current.networkConfiguration,
    platformVersion: input.platformVersion ?? current.platformVersion,
  };
}

/** A service deployment under way follows the count of its own fleet itself; a rolling update that of all. */
function setDesiredCount(ecs: Ecs, service: ServiceRecord, count: number): void {
  const before = service.desiredCount;
  if (count === before) return;
  service.desiredCount = count;
  const running = service.deployments.find(({ status }) => !isTerminal(status));
  if (running === undefined) void scaleTo(ecs, service, count);
  else if (running.configuration.strategy !== 'ROLLING') {
    for (const fleet of service.fleets) {
      const asleep = before === 0 && fleet !== running.fleet;
      if (fleet.requestedCount > 0 || asleep) scale(ecs, fleet, { service, to: count });
    }
  }
  service.changes.notify();
}

async function scaleTo(ecs: Ecs, service: ServiceRecord, count: number): Promise<void> {
  const fleet = service.fleets.find(({ launches }) => launches);
  if (!fleet) return;
  scale(ecs, fleet, { service, to: count });
  const steady = (): boolean => healthyCount(ecs, fleet) === count || service.desiredCount !== count;
  try {
    await service.changes.until(steady, ecs.closing);
    if (service.desiredCount === count) addEvent(ecs, service, 'has reached a steady state.');
  } catch (error) {
    if (!ecs.closing.aborted) throw error;
  }
}

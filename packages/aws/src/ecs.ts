import { ECSClient } from '@aws-sdk/client-ecs';
import { impatient, once, type AwsConfiguration } from './configuration.js';
import { definitionCalls } from './ecs-definitions.js';
import { deploymentCalls } from './ecs-deployments.js';
import { serviceCalls } from './ecs-services.js';
import { taskCalls } from './ecs-tasks.js';
import type { EcsClients, EcsPort } from './ecs-port.js';

/** createEcs returns ECS behind the SDK. */
export function createEcs(configuration: AwsConfiguration): EcsPort {
  return ecsOver({
    usual: new ECSClient(configuration),
    once: new ECSClient(once(configuration)),
    impatient: new ECSClient(impatient(configuration)),
  });
}

/** ecsOver returns ECS behind clients that are there. */
export function ecsOver(clients: EcsClients): EcsPort {
  return { ...definitionCalls(clients), ...serviceCalls(clients), ...deploymentCalls(clients), ...taskCalls(clients) };
}

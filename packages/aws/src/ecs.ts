import { ECSClient } from '@aws-sdk/client-ecs';
import { impatient, once, type AwsConfiguration } from './configuration.js';
import { definitionCalls } from './ecs-definitions.js';
import { deploymentCalls } from './ecs-deployments.js';
import { serviceCalls } from './ecs-services.js';
import { taskCalls } from './ecs-tasks.js';
import type { EcsClients, EcsPort } from './ecs-port.js';

/** createEcs returns ECS behind the SDK. */
export function createEcs(configuration: AwsConfiguration): EcsPort {
  const clients: EcsClients = {
    usual: new ECSClient(configuration),
    once: new ECSClient(once(configuration)),
    impatient: new ECSClient(impatient(configuration)),
  };
  return { ...definitionCalls(clients), ...serviceCalls(clients), ...deploymentCalls(clients), ...taskCalls(clients) };
}

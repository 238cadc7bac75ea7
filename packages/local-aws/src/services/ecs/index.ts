import type { LoadBalancing } from '../../load-balancing.js';
import type { AwsService } from '../../service.js';
import type { TaskEngine } from '../../tasks/task-engine.js';
import type { World } from '../../world.js';
import { clusterOperations } from './clusters.js';
import type { Ecs } from './model.js';
import { serviceDeploymentOperations } from './service-deployments/operations.js';
import { serviceOperations } from './services.js';
import { stateOf } from './state.js';
import { tagOperations } from './tags.js';
import { taskDefinitionOperations } from './task-definitions.js';
import { taskOperations } from './tasks.js';

/** EcsParts is what an ECS is made of. */
export interface EcsParts {
  readonly world: World;
  readonly loadBalancing: LoadBalancing;
  readonly taskEngine: TaskEngine;
}

/** createEcsService makes an ECS. Its close() also closes the task engine. */
export function createEcsService(parts: EcsParts): AwsService {
  const closing = new AbortController();
  const ecs: Ecs = {
    ...parts,
    closing: closing.signal,
    clusters: new Map(),
    taskDefinitions: new Map(),
    tags: new Map(),
  };
  return {
    id: 'ecs',
    protocol: { kind: 'json', version: '1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
    operations: {
      ...clusterOperations(ecs),
      ...taskDefinitionOperations(ecs),
      ...serviceOperations(ecs),
      ...serviceDeploymentOperations(ecs),
      ...taskOperations(ecs),
      ...tagOperations(ecs),
    },
    state: () => stateOf(ecs),
    async close() {
      closing.abort(new Error('local-aws is closing.'));
      await parts.taskEngine.close();
    },
  };
}

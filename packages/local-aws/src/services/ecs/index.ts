import { setMaxListeners } from 'node:events';
import type { Metadata } from '../../http/metadata.js';
import { NO_ALARMS, type AlarmStates } from '../../alarm-states.js';
import type { LoadBalancing } from '../../load-balancing.js';
import type { AwsService } from '../../service.js';
import type { TaskEngine } from '../../tasks/task-engine.js';
import type { World } from '../../world.js';
import { clusterOperations } from './clusters.js';
import type { Ecs } from './model.js';
import { lookAt, watchTargetHealth } from './scheduler/health-watch.js';
import { serviceDeploymentOperations } from './service-deployments/operations.js';
import { serviceOperations } from './services.js';
import { stateOf } from './state.js';
import { tagOperations } from './tags.js';
import { taskDefinitionOperations } from './task-definitions.js';
import { taskMetadata } from './task-metadata.js';
import { taskOperations } from './tasks.js';

/** EcsParts is what an ECS is made of. */
export interface EcsParts {
  readonly world: World;
  readonly loadBalancing: LoadBalancing;
  readonly taskEngine: TaskEngine;
  /** Defaults to none. */
  readonly alarmStates?: AlarmStates;
}

/** EcsService is ECS as its callers see it, and as tasks ask it about themselves. */
export type EcsService = AwsService & { readonly metadata: Metadata };

/** createEcsService makes an ECS. Its close() also closes the task engine. */
export function createEcsService(parts: EcsParts): EcsService {
  const closing = new AbortController();
  // Every task may wait for it: Node takes more than ten for a leak.
  setMaxListeners(0, closing.signal);
  const ecs: Ecs = {
    ...parts,
    alarmStates: parts.alarmStates ?? NO_ALARMS,
    closing: closing.signal,
    onTaskHealth: (task) => lookAt(ecs, task),
    clusters: new Map(),
    taskDefinitions: new Map(),
    tags: new Map(),
  };
  watchTargetHealth(ecs);
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
    metadata: (path) => taskMetadata(ecs, path),
    state: () => stateOf(ecs),
    async close() {
      closing.abort(new Error('local-aws is closing.'));
      await parts.taskEngine.close();
    },
  };
}

import type { ContainerLogs } from '../container-logs.js';
import type { World } from '../world.js';
import type { ImageRegistry } from '../image-registry.js';
import { createDockerEngine } from './docker-engine.js';
import type { Simulate } from './simulated-behaviour.js';
import { createSimulatedEngine } from './simulated-engine.js';
import type { TaskEngine } from './task-engine.js';

/** TaskEngineOptions says how tasks run. */
export type TaskEngineOptions =
  | (EngineParts & { readonly kind: 'docker'; readonly registries?: readonly ImageRegistry[] })
  | (EngineParts & { readonly kind: 'simulated'; readonly simulate?: Simulate });

/** EngineParts is what both kinds of engine are made of. */
export interface EngineParts {
  readonly world: World;
  /** Where the output of containers with a log driver goes. */
  readonly logs?: ContainerLogs;
}

/** createTaskEngine makes the engine that runs tasks. */
export function createTaskEngine(options: TaskEngineOptions): TaskEngine {
  return options.kind === 'docker'
    ? createDockerEngine(options, options.registries)
    : createSimulatedEngine(options, options.simulate);
}

export type { Simulate, SimulatedBehaviour } from './simulated-behaviour.js';
export * from './task-engine.js';

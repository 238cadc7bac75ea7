import type { World } from '../world.js';
import type { ImageRegistry } from '../image-registry.js';
import { createDockerEngine } from './docker-engine.js';
import { createSimulatedEngine, type Simulate } from './simulated-engine.js';
import type { TaskEngine } from './task-engine.js';

/** TaskEngineOptions says how tasks run. */
export type TaskEngineOptions =
  | { readonly kind: 'docker'; readonly world: World; readonly registry?: ImageRegistry }
  | { readonly kind: 'simulated'; readonly world: World; readonly simulate?: Simulate };

/** createTaskEngine makes the engine that runs tasks. */
export function createTaskEngine(options: TaskEngineOptions): TaskEngine {
  return options.kind === 'docker'
    ? createDockerEngine(options.world, options.registry)
    : createSimulatedEngine(options.world, options.simulate);
}

export type { Simulate, SimulatedBehaviour } from './simulated-engine.js';
export * from './task-engine.js';

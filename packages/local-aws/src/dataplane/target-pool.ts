import { setMaxListeners } from 'node:events';
import type { HealthProbe, Target, TargetHealth } from '../load-balancing.js';
import type { World } from '../world.js';
import type { HealthCheck } from './health-check.js';
import { HealthMonitor } from './health-monitor.js';
import { DRAINING } from './health-state.js';
import { TargetConnections } from './target-connections.js';

/** A target group's settings as far as its targets feel them. */
export interface PoolSettings {
  readonly healthCheck: HealthCheck;
  /** Of the world's time. */
  readonly deregistrationDelaySeconds: number;
}

interface PooledTarget {
  readonly target: Target;
  readonly monitor: HealthMonitor;
  readonly connections: TargetConnections;
  /** Resolves when a target that drains is gone. */
  gone?: Promise<void>;
}

/** TargetPool is the live side of a target group: its targets, their health, and whose turn it is. */
export class TargetPool {
  readonly #world: World;
  readonly #settings: () => PoolSettings;
  readonly #onHealthChange: () => void;
  readonly #serving = new Map<string, PooledTarget>();
  readonly #draining = new Map<string, PooledTarget>();
  readonly #closing = new AbortController();
  #attached = false;
  #turn = 0;

  constructor(world: World, settings: () => PoolSettings, onHealthChange: () => void = () => undefined) {
    // Each target that drains waits for it: Node takes more than ten for a leak.
    setMaxListeners(0, this.#closing.signal);
    this.#world = world;
    this.#settings = settings;
    this.#onHealthChange = onHealthChange;
  }

  get attached(): boolean {
    return this.#attached;
  }

  /** attach tells whether a listener or rule refers to the group: its targets are checked only while one does. */
  attach(attached: boolean): void {
    if (attached === this.#attached) return;
    this.#attached = attached;
    for (const { monitor } of this.#serving.values()) {
      if (attached) monitor.start();
      else monitor.stop();
    }
    this.#onHealthChange();
  }

  /** register adds a target; one that is registered already stays as it is, one that drains begins anew. */
  register(target: Target, probe?: HealthProbe): void {
    const key = keyOf(target);
    if (this.#serving.has(key)) return;
    const healthCheck = (): HealthCheck => this.#settings().healthCheck;
    const monitor = new HealthMonitor({
      target,
      time: this.#world.time,
      healthCheck,
      probe,
      onChange: this.#onHealthChange,
    });
    this.#serving.set(key, {
      target,
      monitor,
      connections: new TargetConnections(target),
    });
    if (this.#attached) monitor.start();
    this.#onHealthChange();
  }

  /**
   * deregister sends a target no new request and resolves when it is gone. Requests in flight have until the end of
   * the deregistration delay, of the world's time; then, as on an ALB, they are cut. Requests themselves take real
   * time: in a world that runs faster, the delay has to be chosen longer than the slowest answer. With draining
   * switched off they are cut at once.
   */
  deregister(target: Target): Promise<void> {
    const key = keyOf(target);
    const pooled = this.#serving.get(key);
    if (!pooled) return this.#draining.get(key)?.gone ?? Promise.resolve();
    this.#serving.delete(key);
    pooled.monitor.stop();
    pooled.gone = this.#drain(key, pooled);
    this.#onHealthChange();
    return pooled.gone;
  }

  /** health returns the health of every target, those that drain last. */
  health(): TargetHealth[] {
    const draining = [...this.#draining].filter(([key]) => !this.#serving.has(key));
    return [
      ...[...this.#serving.values()].map(({ target, monitor }) => ({
        ...target,
        ...monitor.status,
      })),
      ...draining.map(([, { target }]) => ({ ...target, ...DRAINING })),
    ];
  }

  /**
   * pick returns the connections of the preferred target, if it can take requests, else of the one whose turn it is:
   * of the healthy ones or, when none is healthy, of the unhealthy ones (an ALB fails open). Targets that have not been
   * judged yet get nothing.
   */
  pick(preferred?: string): TargetConnections | undefined {
    const healthy = this.#inState('healthy');
    const eligible = healthy.length > 0 ? healthy : this.#inState('unhealthy');
    const stays = preferred === undefined ? undefined : eligible.find(({ target }) => keyOf(target) === preferred);
    if (stays) return stays.connections;
    this.#turn += 1;
    return eligible[this.#turn % eligible.length]?.connections;
  }

  /** close ends every check and connection; drains that are under way end now. */
  close(): void {
    this.attach(false);
    this.#closing.abort();
    for (const { connections } of [...this.#serving.values(), ...this.#draining.values()]) connections.cut();
    this.#serving.clear();
  }

  #inState(state: TargetHealth['state']): PooledTarget[] {
    return [...this.#serving.values()].filter(({ monitor }) => monitor.status.state === state);
  }

  async #drain(key: string, pooled: PooledTarget): Promise<void> {
    const { connections } = pooled;
    connections.retire();
    // A group that nothing refers to shows no draining; there is nothing to wait for once it is idle.
    if (this.#world.draining && (this.#attached || connections.busy)) {
      this.#draining.set(key, pooled);
      const delaySeconds = this.#settings().deregistrationDelaySeconds;
      // The only way to fail is that the pool is closed, which ends the wait as the delay would.
      await this.#world.time.wait(delaySeconds, this.#closing.signal).catch(() => undefined);
      if (this.#draining.get(key) === pooled) this.#draining.delete(key);
    }
    connections.cut();
  }
}

function keyOf(target: Target): string {
  return `${target.id}:${target.port}`;
}

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlipwayError } from '@slipway/core';
import { SimpleCompose } from './simple-compose.js';
import type { ContainerEngine, ContainerSpec, ContainerState, ExecResult, Health, HostPorts } from '../src/engine.js';

/** How the image of a test behaves. */
export interface Behaviour {
  readonly answer?: RequestListener;
  /** Set: the container ends with it as soon as it is started. */
  readonly exitCode?: number;
  readonly oomKilled?: boolean;
  /** Whether containers run before ours is started: those of a compose file. */
  readonly isRunning?: boolean;
  /** Whether it is told only when the first container is stopped that the kernel killed a process of it. */
  readonly isToldLate?: boolean;
  /** Of the image's own check; asked for anew at every look. */
  readonly health?: () => Health;
  readonly healthProblem?: string;
  /** What a program that is run in the container exits with. */
  readonly exec?: (command: readonly string[]) => number;
  readonly log?: readonly string[];
  /** What the engine says it runs; the asked digest unless told. */
  readonly digests?: readonly string[];
  /** Where a port is reached without a proxy between. */
  readonly directUrl?: (port: number) => string;
  /** Further ports on which nothing listens. */
  readonly closed?: readonly number[];
  /** These calls fail. */
  readonly failing?: readonly (keyof ContainerEngine)[];
  /** Told of every call before it acts. */
  readonly onCall?: (name: keyof ContainerEngine) => void;
}

/** SimpleEngine is a container engine for one container, which is an HTTP server in this process. */
export class SimpleEngine implements ContainerEngine {
  readonly calls: string[] = [];
  /** Containers, networks and image names that exist. */
  readonly existing = new Set<string>();
  spec: ContainerSpec | undefined;
  /** The platforms that were asked for. */
  readonly pulled: (string | undefined)[] = [];
  /** Memory that is being followed: a process of the client each, without which the step does not end. */
  watches = 0;
  /** Containers that were put into a further network. */
  readonly joined: string[] = [];
  readonly compose = new SimpleCompose((name) => this.calls.push(name));
  readonly #behaviour: Behaviour;
  /** The last is the one that was started last. */
  readonly #servers: Server[] = [];
  #ended: (() => void) | undefined;
  #state: Omit<ContainerState, 'health'> = { running: false, exitCode: 0, oomKilled: false };

  constructor(behaviour: Behaviour = {}) {
    this.#behaviour = behaviour;
    if (behaviour.isRunning) this.#state = { ...this.#state, running: true };
  }

  async assertAvailable(): Promise<void> {
    await this.#call('assertAvailable');
  }

  async cpus(): Promise<number> {
    await this.#call('cpus');
    return 2;
  }

  async exec(_: string, command: readonly string[]): Promise<ExecResult> {
    await this.#call('exec');
    return { exitCode: this.#behaviour.exec?.(command) ?? 0, lastLine: `${command[0]} has spoken` };
  }

  async followLog(_: string, onLine: (line: string) => void): Promise<void> {
    await this.#call('followLog');
    this.#behaviour.log?.forEach(onLine);
  }

  async followMemory(_: string, __: unknown, signal: AbortSignal): Promise<void> {
    await this.#call('followMemory');
    this.watches += 1;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.watches -= 1;
  }

  async platforms(): Promise<readonly string[]> {
    await this.#call('platforms');
    return ['linux/amd64', 'linux/386'];
  }

  async imageUser(): Promise<string> {
    await this.#call('imageUser');
    return '65532';
  }

  async pullForeign(): Promise<void> {
    await this.#call('pullForeign');
  }

  async pull(reference: string, _?: AbortSignal, platform?: string): Promise<void> {
    await this.#call('pull');
    this.existing.add(reference);
    this.pulled.push(platform);
  }

  async createNetwork(name: string, label: string): Promise<void> {
    await this.#call('createNetwork');
    this.existing.add(`network ${name} ${label}`);
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    await this.#call('createContainer');
    this.spec = spec;
    this.existing.add(`container ${spec.name} ${spec.label}`);
    return 'c1';
  }

  async startContainer(): Promise<void> {
    await this.#call('startContainer');
    const { exitCode, oomKilled = false, answer } = this.#behaviour;
    if (exitCode !== undefined) {
      this.#state = { running: false, exitCode, oomKilled };
      return;
    }
    this.#state = { running: true, exitCode: 0, oomKilled: false };
    const server = createServer(answer);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  waitForExit(_: string, signal: AbortSignal): Promise<void> {
    if (!this.#state.running) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#ended = resolve;
      signal.addEventListener('abort', () => reject(new Error('no longer watched')));
    });
  }

  /** Ends the container as if on its own. */
  crash(exitCode: number, oomKilled = false): void {
    this.#state = { running: false, exitCode, oomKilled };
    this.#ended?.();
  }

  async state(): Promise<ContainerState> {
    await this.#call('state');
    const { health, healthProblem } = this.#behaviour;
    return { ...this.#state, health: health?.() ?? 'none', ...(healthProblem === undefined ? {} : { healthProblem }) };
  }

  async hostPorts(): Promise<HostPorts> {
    await this.#call('hostPorts');
    const last = this.#servers.at(-1);
    const port = last ? (last.address() as AddressInfo).port : 1;
    const { port: own = 0, furtherPorts = [] } = this.spec ?? {};
    // One server stands behind all of them, but for those that the test says are closed.
    const open = furtherPorts.map((one): [number, number] => [one, this.#behaviour.closed?.includes(one) ? 1 : port]);
    return new Map([[own, port], ...open]);
  }

  async imageDigests(): Promise<readonly string[]> {
    await this.#call('imageDigests');
    return this.#behaviour.digests ?? [this.spec?.image.split('@')[1] ?? ''];
  }

  async logTail(_: string, lines: number): Promise<readonly string[]> {
    await this.#call('logTail');
    return (this.#behaviour.log ?? []).slice(-lines);
  }

  async directUrl(_: string, port: number): Promise<string | undefined> {
    await this.#call('directUrl');
    return this.#behaviour.directUrl?.(port);
  }

  async signalledAt(): Promise<number | undefined> {
    await this.#call('signalledAt');
    return undefined;
  }

  async stop(): Promise<void> {
    const isFirst = !this.calls.includes('stop');
    await this.#call('stop');
    this.crash(0, isFirst && this.#behaviour.isToldLate);
  }

  async removeContainers(label: string): Promise<void> {
    await this.#call('removeContainers');
    if (![...this.existing].some((one) => one.startsWith('container ') && one.endsWith(` ${label}`))) return;
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    this.#forget('container', label);
  }

  async removeNetworks(label: string): Promise<void> {
    await this.#call('removeNetworks');
    this.#forget('network', label);
  }

  async removeVolumes(label: string): Promise<void> {
    await this.#call('removeVolumes');
    this.#forget('volume', label);
  }

  async removeBuilt(): Promise<void> {
    await this.#call('removeBuilt');
  }

  async joinNetwork(id: string, network: string, aliases: readonly string[]): Promise<void> {
    await this.#call('joinNetwork');
    this.joined.push(`${id} ${network} ${aliases.join(',')}`);
  }

  async removeImage(reference: string): Promise<void> {
    await this.#call('removeImage');
    this.existing.delete(reference);
  }

  #forget(kind: string, label: string): void {
    for (const one of this.existing) {
      if (one.startsWith(`${kind} `) && one.endsWith(` ${label}`)) this.existing.delete(one);
    }
  }

  #call(name: keyof ContainerEngine): Promise<void> {
    this.calls.push(name);
    this.#behaviour.onCall?.(name);
    if (!this.#behaviour.failing?.includes(name)) return Promise.resolve();
    return Promise.reject(new SlipwayError({ code: 'TEST_ENGINE_FAILED', message: `${name} failed.`, hint: 'none' }));
  }
}

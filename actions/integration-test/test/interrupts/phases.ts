import { composeFile } from '../compose-scene.js';
import type { EngineEvent } from './engine-events.js';

/** Moment tells whether a phase has been reached: by a line of the step's log, or by what the engine has done. */
export type Moment =
  | { readonly line: string }
  | { readonly action: string; readonly of: (name: string) => boolean; readonly type?: string };

/** Phase is a time in a run at which it may be cancelled or killed. */
export interface Phase {
  readonly inputs: Readonly<Record<string, string>>;
  readonly at: Moment;
  /** Whether the test has ended by then, so that there is nothing more to cancel. */
  readonly isOver?: boolean;
}

/** hasCome tells whether an event of the engine is the moment. */
export function hasCome(at: Moment, { Type, Action, Actor }: EngineEvent): boolean {
  if ('line' in at) return false;
  return Type === (at.type ?? 'container') && Action === at.action && at.of(Actor.Attributes['name'] ?? '');
}

/** The container under test has the run's name and nothing behind it. */
const isUnderTest = (name: string): boolean => /^slipway-test-.*-1-[0-9a-f]{8}$/.test(name);
const isCalled = (end: string) => (name: string) => name.startsWith('slipway-test-') && name.endsWith(end);

/** A program of the image that does nothing, for as long as it is let. */
const IDLE = ['node', '-e', 'setInterval(() => 0, 1000)'];
/** A test program on the runner. */
const AT_WORK = JSON.stringify([process.execPath, '-e', 'console.log("at work"); setInterval(() => 0, 1000)']);

/** What the phases run. */
export interface PhaseImages {
  /** Of which services are made. */
  readonly base: string;
  /** The digest of an index of which the engine's own image is well, and a further one never ready. */
  readonly index: string;
}

/**
 * phasesOf returns every phase of a run, in the order in which they come. What each of them waits for never comes, so
 * that the moment lasts until the signal does.
 */
export function phasesOf({ base, index }: PhaseImages): Readonly<Record<string, Phase>> {
  const service = { name: 'db', image: base, port: 5432, command: IDLE, 'timeout-seconds': 100 };
  const stubborn = { environment: 'MODE=ignores-sigterm', 'stop-timeout-seconds': '60' };
  return {
    'pulling the image': { inputs: {}, at: { line: 'Taking sha256:' } },
    'network made': { inputs: {}, at: { type: 'network', action: 'create', of: isUnderTest } },
    'service started': {
      inputs: { services: JSON.stringify([service]) },
      at: { action: 'start', of: isCalled('-db') },
    },
    'compose in the middle': {
      inputs: { 'compose-file': 'compose.yml' },
      at: { action: 'start', of: isCalled('-db-1') },
    },
    'container made, with its volumes': { inputs: {}, at: { action: 'create', of: isUnderTest } },
    'container started': { inputs: {}, at: { action: 'start', of: isUnderTest } },
    'waiting until it is ready': { inputs: { environment: 'MODE=never-ready' }, at: { line: 'The container runs' } },
    'in the middle of the suite': { inputs: { suite: 'hangs.yml' }, at: { line: 'passed  says hello' } },
    'command at work': { inputs: { command: AT_WORK }, at: { line: '| at work' } },
    'under load': { inputs: { 'load-connections': '2', 'load-seconds': '60' }, at: { line: 'Putting a load' } },
    'on a further platform': { inputs: { digest: index }, at: { action: 'start', of: isCalled('-linux-386') } },
    stopping: { inputs: stubborn, at: { action: 'kill', of: isUnderTest } },
    'deployability, side by side': {
      inputs: { deployability: 'twice=error\nnon-root=error' },
      at: { action: 'start', of: isCalled('-twice') },
    },
    'cleaning up': { inputs: {}, at: { action: 'destroy', of: isUnderTest }, isOver: true },
  };
}

/** filesOf returns the files of the workspace that phases need, by name. */
export function filesOf(base: string): Readonly<Record<string, unknown>> {
  const never = { test: ['CMD', 'node', '-e', 'process.exit(1)'], interval: '200ms', retries: 1000 };
  const { services, ...rest } = composeFile(base);
  return {
    'compose.yml': { ...rest, services: { ...services, db: { ...services.db, healthcheck: never } } },
    'hangs.yml': `version: 1
ready: { path: /health, timeout-seconds: 20 }
checks:
  - name: says hello
    request: { path: / }
    expect: { contains: hello }
  - name: never answers
    request: { path: /hang }
    expect: { within-ms: 100000 }
`,
  };
}

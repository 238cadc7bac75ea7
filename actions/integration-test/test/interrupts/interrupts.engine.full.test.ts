import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ActionEnd } from '@slipway/testkit';
import { openComposeScene } from '../compose-scene.js';
import type { EngineScene } from '../engine-scene.js';
import { docker } from '../images.js';
import { EngineEvents, type EngineEvent } from './engine-events.js';
import { buildIndex } from '../index-image.js';
import { filesOf, hasCome, phasesOf, type Phase } from './phases.js';

/** Most of the time they wait for the engine. */
const AT_ONCE = 3;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

let scene: EngineScene;
let events: EngineEvents;
beforeAll(async () => {
  scene = await openComposeScene(['VOLUME /data']);
  for (const [name, content] of Object.entries(filesOf(scene.base))) await scene.write(name, content);
  events = new EngineEvents();
}, 180_000);
afterAll(async () => {
  await events.close();
  await scene.close();
});

/** What came of an interrupted run. */
interface Trace {
  readonly wasSent: boolean;
  readonly exitCode: number;
  /** None of a run that was killed. */
  readonly outcome: string | undefined;
  readonly warnings: readonly string[];
  /** After main where it was cancelled, and after post where it was killed. */
  readonly left: readonly string[];
}

async function interrupt(phase: Phase, signal: NodeJS.Signals): Promise<Trace> {
  const runId = `interrupted-${randomUUID()}`;
  const environment = { GITHUB_RUN_ID: runId };
  const volumes = new VolumesOf(runId);
  let [pid, wasSent] = [0, false];
  const strike = (): void => {
    if (!wasSent) wasSent = process.kill(pid, signal);
  };
  const unlisten = events.listen((event) => {
    volumes.see(event);
    if (event.Actor.Attributes['name']?.includes(runId) && hasCome(phase.at, event)) strike();
  });
  const { at } = phase;
  const main = await scene.run(phase.inputs, {
    environment,
    onStart: (started) => void (pid = started),
    onLine: (line) => void ('line' in at && line.includes(at.line) && strike()),
  });
  const ends = [main];
  if (signal === 'SIGKILL') {
    ends.push(await scene.run(phase.inputs, { environment, phase: 'post', state: main.state }));
  }
  unlisten();
  const left = [...(await scene.left(runId)), ...(await volumes.left())];
  return { wasSent, exitCode: main.exitCode, outcome: main.outputs['outcome'], warnings: warningsOf(ends), left };
}

function warningsOf(ends: readonly ActionEnd[]): readonly string[] {
  return ends.flatMap(({ commands }) => commands).flatMap(({ name, message }) => (name === 'warning' ? [message] : []));
}

/** The engine puts no label of ours on an anonymous volume; it tells which container has it. */
class VolumesOf {
  /** Of all runs: where none is seen, none can be missed. */
  static seen = 0;
  readonly #runId: string;
  readonly #containers = new Set<string>();
  readonly #volumes = new Set<string>();

  constructor(runId: string) {
    this.#runId = runId;
  }

  see({ Type, Action, Actor: { ID, Attributes } }: EngineEvent): void {
    if (Type === 'container' && Action === 'create' && Attributes['name']?.includes(this.#runId)) {
      this.#containers.add(ID);
    }
    if (Type === 'volume' && Action === 'mount' && this.#containers.has(Attributes['container'] ?? '')) {
      this.#volumes.add(ID);
      VolumesOf.seen += 1;
    }
  }

  async left(): Promise<readonly string[]> {
    const there = (await docker('volume', 'ls', '--quiet')).split('\n');
    return there.filter((name) => this.#volumes.has(name)).map((name) => `anonymous volume ${name}`);
  }
}

function endOf({ isOver = false }: Phase, signal: NodeJS.Signals): Pick<Trace, 'exitCode' | 'outcome'> {
  if (signal === 'SIGKILL') return { exitCode: 137, outcome: undefined };
  return isOver ? { exitCode: 0, outcome: 'succeeded' } : { exitCode: 1, outcome: 'cancelled' };
}

it('leaves nothing, at whatever phase it is cancelled or killed', async () => {
  const phases = Object.entries(phasesOf({ base: scene.base, index: await buildIndex(scene.image, 'never-ready') }));
  const left = phases.flatMap(([name, phase]) =>
    SIGNALS.map((signal) => [`${signal}: ${name}`, phase, signal] as const),
  );
  const traces: Record<string, Trace> = {};
  const wanted = left.map(([name, phase, signal]): [string, Trace] => {
    return [name, { wasSent: true, ...endOf(phase, signal), warnings: [], left: [] }];
  });
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      traces[next[0]] = await interrupt(next[1], next[2]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(traces).toEqual(Object.fromEntries(wanted));
  expect(VolumesOf.seen).toBeGreaterThan(0);
}, 300_000);

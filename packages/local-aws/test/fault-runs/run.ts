import type { FaultRule } from '../../src/index.js';
import { createRandom } from '../../src/faults/random.js';
import { leftovers, violations } from './invariants.js';
import { NaiveClient, type Draw } from './naive-client.js';
import { openFaultScene, type FaultScene } from './scene.js';

/** What one run did. */
export interface RunReport {
  readonly seed: number;
  readonly calls: number;
  /** The kinds of the faults that hit a call. */
  readonly faults: readonly string[];
  /** How the service deployments ended. */
  readonly endings: readonly string[];
  /** What was not as it has to be; the first moment ends the run. */
  readonly problems: readonly string[];
}

const STEPS = 14;
const OPERATIONS = [
  ...['ecs:*', 'ecs:*Service', 'ecs:UpdateService', 'ecs:CreateService', 'ecs:DeleteService', 'ecs:Describe*'],
  ...['ecs:*ServiceDeployment', 'ecs:ListServiceDeployments', 'elasticloadbalancing:*', '*'],
];
const READS = ['ecs:Describe*', 'ecs:List*', 'elasticloadbalancing:Describe*', '*'];
/** Seconds of the world between two steps: from none to more than any bake time or hook here. */
const PAUSES = [0, 0, 1, 10, 60, 60, 300, 700];
/** Far longer than the slowest task takes to drain and to stop. */
const END_SECONDS = 1_800;

/** runFaults lets a naive client work while calls go wrong at random, and looks after every call whether all is well. */
export async function runFaults(seed: number): Promise<RunReport> {
  const draw = createDraw(seed);
  const scene = await openFaultScene();
  const problems: string[] = [];
  const history: string[] = [];
  const check = (what: string): void => {
    history.push(what);
    if (problems.length > 0) return;
    const found = violations(scene);
    if (found.length > 0) problems.push(`after ${history.slice(-6).join(', ')}:`, ...found);
  };
  try {
    for (const rule of drawFaults(draw)) scene.localAws.faults.add(rule);
    const client = new NaiveClient(scene, draw, check);
    await client.create();
    for (let step = 0; step < STEPS && problems.length === 0; step += 1) {
      await pass(scene, draw.one(PAUSES), check);
      await client.act();
    }
    scene.localAws.faults.clear();
    await client.delete(true);
    await pass(scene, END_SECONDS, check);
    if (problems.length === 0) problems.push(...leftovers(scene).map((left) => `left after deletion: ${left}`));
    return report(scene, seed, problems);
  } finally {
    await scene.close();
  }
}

async function pass(scene: FaultScene, seconds: number, check: (what: string) => void): Promise<void> {
  await scene.time.advance(seconds);
  check(`${seconds} s`);
}

function report({ localAws }: FaultScene, seed: number, problems: readonly string[]): RunReport {
  const calls = localAws.calls();
  const { services } = localAws.state() as {
    services: { ecs: { clusters: { services: { serviceDeployments: { status: string }[] }[] }[] } };
  };
  const deployments = services.ecs.clusters.flatMap((one) =>
    one.services.flatMap(({ serviceDeployments }) => serviceDeployments),
  );
  return {
    seed,
    calls: calls.length,
    faults: calls.flatMap(({ fault }) => fault ?? []),
    endings: deployments.map(({ status }) => status),
    problems,
  };
}

function drawFaults(draw: Draw): FaultRule[] {
  return Array.from({ length: draw.one([1, 2, 3, 4]) }, () => {
    const kinds = [
      ...(['throttle', 'error-before', 'error-after', 'lost-reply', 'reset', 'access-denied', 'malformed'] as const),
      ...(['stale-read', 'delay'] as const),
    ];
    const kind = draw.one(kinds);
    const operation = draw.one(kind === 'stale-read' ? READS : OPERATIONS);
    const seed = Math.floor(draw.number() * 2 ** 31);
    const occasion = draw.one<{ nth: number } | { probability: number; seed: number } | { always: true }>([
      { nth: 1 + Math.floor(draw.number() * 8) },
      { probability: 0.3, seed },
      { probability: 0.7, seed },
      { always: true },
    ]);
    const own = kind === 'delay' ? { delayMs: 3 } : {};
    const times = 'always' in occasion ? { times: draw.one([1, 3, 10]) } : {};
    return { operation, kind, ...own, ...occasion, ...times } as FaultRule;
  });
}

function createDraw(seed: number): Draw {
  const number = createRandom(seed);
  return {
    number,
    one: (items) => {
      const item = items[Math.floor(number() * items.length)];
      if (item === undefined) throw new Error('There is nothing to draw from.');
      return item;
    },
  };
}

/**
 * What the step takes beyond `docker run`, one check, `docker stop` and `docker rm` by hand: `npm run bench -- integration`.
 * SLIPWAY_BENCH_BUNDLE names a second bundle to measure in turn with the built one, such as that of an earlier commit.
 */
import { EngineScene } from '../test/engine-scene.js';
import { docker } from '../test/images.js';

const ROUNDS = Number(process.env['SLIPWAY_BENCH_ROUNDS'] ?? 9);
const OTHER = process.env['SLIPWAY_BENCH_BUNDLE'];
/** By hand one asks again at once. */
const ASK_AGAIN_MS = 5;

const SERVER = `process.on('SIGTERM', () => process.exit(0));
require('node:http').createServer((_, response) => response.end('{"hello":"world"}')).listen(8080);`;

async function byHand(base: string): Promise<void> {
  const id = await docker('run', '--detach', '--publish', '127.0.0.1::8080', base, 'node', '-e', SERVER);
  const place = await docker('port', id, '8080/tcp');
  const ask = (): Promise<boolean> =>
    fetch(`http://${place}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  await (await fetch(`http://${place}/`)).text();
  await docker('stop', id);
  await docker('rm', id);
}

async function byStep(scene: EngineScene, bundle: string | undefined): Promise<void> {
  const { outputs, errors } = await scene.run({}, bundle === undefined ? {} : { bundle });
  if (outputs['outcome'] !== 'succeeded') throw new Error(errors.join('\n'));
}

async function msOf(act: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await act();
  return performance.now() - startMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const scene = await EngineScene.open();
try {
  const ways = new Map<string, () => Promise<void>>([
    ['by hand', () => byHand(scene.base)],
    ['the step', () => byStep(scene, undefined)],
    ...(OTHER === undefined ? [] : ([['the other bundle', () => byStep(scene, OTHER)]] as const)),
  ]);
  const times = new Map([...ways.keys()].map((name): [string, number[]] => [name, []]));
  // In turn: a machine that is busy for a while is so for all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, act] of ways) times.get(name)?.push(await msOf(act));
  }
  const hand = times.get('by hand') ?? [];
  for (const [name, all] of times) {
    const beyond = median(all.map((ms, at) => ms - (hand[at] ?? 0)));
    const told = name === 'by hand' ? '' : `, ${beyond.toFixed(0)} ms beyond it by hand`;
    console.log(`${name.padEnd(17)} ${median(all).toFixed(0)} ms, at best ${Math.min(...all).toFixed(0)} ms${told}`);
  }
} finally {
  await scene.close();
}

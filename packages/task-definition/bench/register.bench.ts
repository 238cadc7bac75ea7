/**
 * What it costs to lint and render a definition of ECS's largest size, and what the whole built action takes on an
 * unchanged one. AWS's own render action is measured in turns with ours where SLIPWAY_BENCH_RENDER_PEER names its dist/index.js;
 * it lints nothing, asks AWS nothing and registers nothing.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { taskDefinitionOutputOnly, taskDefinitionShape } from '@slipway/aws';
import { startLocalAws } from '@slipway/local-aws';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { lint, readDefinition } from '../src/index.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const FILE = 'task-definition.json';
const ROUNDS = 200;
const STARTS = 15;
/** ECS takes 65,536 bytes; the image that is set needs some. */
const BYTES = 64_000;

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

/** A definition for Fargate that is filled up with variables. */
function largest(): string {
  const environment: object[] = [];
  const whole = () => ({
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [{ name: 'web', image: `registry.example/web@${DIGEST}`, environment }],
  });
  while (JSON.stringify(whole()).length < BYTES) {
    environment.push({ name: `VARIABLE_${environment.length}`, value: 'x'.repeat(40) });
  }
  return JSON.stringify(whole(), undefined, 2);
}

function readAndLint(text: string): void {
  const { value } = readDefinition(text, FILE, taskDefinitionOutputOnly());
  const findings = lint(value, taskDefinitionShape(), { unknownFields: 'error', allow: [] });
  if (findings.length > 0) throw new Error(`The bench's own definition breaks ${findings[0]?.rule}.`);
}

async function timed(run: () => Promise<ActionEnd>): Promise<number> {
  const from = performance.now();
  const { exitCode, stdout } = await run();
  if (exitCode !== 0) throw new Error(stdout);
  return performance.now() - from;
}

async function inTurns(folder: string, text: string): Promise<void> {
  const localAws = await startLocalAws({ tasks: 'simulated', region: 'eu-central-1' });
  try {
    await writeFile(path.join(folder, FILE), text);
    const environment = {
      AWS_ENDPOINT_URL: localAws.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'not a secret',
    };
    const start = { action: 'register-task-def', workspace: folder, temp: folder, environment };
    const image = `registry.example/web@${DIGEST}`;
    const ours = () => runAction({ ...start, inputs: { 'task-definition': FILE, images: `web=${image}` } });
    const bundle = process.env['SLIPWAY_BENCH_RENDER_PEER'];
    const inputs = { 'task-definition': FILE, 'container-name': 'web', image };
    const peer = bundle ? () => runAction({ ...start, bundle, inputs }) : undefined;
    // The first one registers; every other finds nothing changed.
    await timed(ours);
    const times = { ours: [] as number[], peer: [] as number[] };
    for (let round = 0; round < STARTS; round += 1) {
      times.ours.push(await timed(ours));
      if (peer) times.peer.push(await timed(peer));
    }
    const calls = localAws.calls().filter(({ operation }) => operation === 'RegisterTaskDefinition').length;
    console.log(
      `whole action, unchanged            ${median(times.ours).toFixed(0)} ms   median of ${STARTS}, ${calls} registration in all`,
    );
    if (peer)
      console.log(
        `the peer, rendering alone          ${median(times.peer).toFixed(0)} ms   median of ${STARTS}, in turns with ours`,
      );
    else console.log('the peer: not measured; SLIPWAY_BENCH_RENDER_PEER names its dist/index.js');
  } finally {
    await localAws.close();
  }
}

const text = largest();
const times = Array.from({ length: ROUNDS }, () => {
  const from = performance.now();
  readAndLint(text);
  return performance.now() - from;
});
console.log(
  `read and lint ${JSON.stringify(JSON.parse(text)).length} bytes         ${median(times).toFixed(1)} ms   median of ${ROUNDS}, the first ${(times[0] ?? 0).toFixed(1)} ms`,
);
const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
await inTurns(folder, text).finally(() => rm(folder, { recursive: true }));

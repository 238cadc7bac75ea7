import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { actionNode } from '@slipway/testkit';
import { TOKEN } from './github.js';
import { ROOT } from '../yaml-documents.js';

/** A run of a workflow file. */
export interface ActStart {
  /** The consumer's checkout. */
  readonly repository: string;
  /** The file below .github/workflows. */
  readonly workflow: string;
  readonly event: 'push' | 'pull_request' | 'workflow_dispatch';
  /** The file with the event's payload. */
  readonly payload: string;
  /** `owner/name@ref` to folder. */
  readonly repositories: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Where act keeps what it copies. */
  readonly cache: string;
  readonly onEvent?: (event: ActEvent) => void;
}

/** A line of act's log, as far as it is of use. */
export interface ActEvent {
  readonly job?: string;
  readonly jobID?: string;
  readonly msg?: string;
  readonly jobResult?: string;
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  /** What the step uses, or its name. */
  readonly step?: string;
  /** Nanoseconds, with the step's result. */
  readonly executionTime?: number;
  /** A workflow command: `error`, `set-output`, `summary`. */
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
}

/** How a run ended. */
export interface ActEnd {
  readonly exitCode: number;
  /** By the job's name, without those that were skipped. */
  readonly jobs: Readonly<Record<string, string>>;
  /** The messages of `::error::`. */
  readonly errors: readonly string[];
  /** The log as a person would read it. */
  readonly log: string;
  /** `job › step.name` to value; of a matrix, the last. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The Markdown of all summaries. */
  readonly summary: string;
}

/** A delivery takes half a minute on a machine that has nothing else to do. */
const TIMEOUT_MS = 280_000;

/** ensureAct returns the path of act, which is built where it is not there yet. */
export async function ensureAct(): Promise<string> {
  const file = path.join(ROOT, 'scripts/ensure-act.sh');
  const { exitCode, stdout, stderr } = await runProcess({ file, args: [], timeoutMs: 400_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** runWorkflow runs one workflow of a consumer on this machine, without containers for jobs and without the network. */
export async function runWorkflow(act: string, start: ActStart): Promise<ActEnd> {
  const events: ActEvent[] = [];
  const { exitCode, stderr } = await runProcess({
    file: act,
    args: argumentsOf(start),
    cwd: start.repository,
    // `node` of the steps is the one that GitHub's runner has.
    env: childEnvironment({ PATH: `${path.dirname(actionNode())}:${process.env['PATH'] ?? ''}` }),
    timeoutMs: TIMEOUT_MS,
    onLine: (line) => {
      if (!line.startsWith('{')) return;
      const event = JSON.parse(line) as ActEvent;
      events.push(event);
      start.onEvent?.(event);
    },
  });
  return { exitCode, ...endOf(events), log: `${events.map(({ msg }) => msg ?? '').join('\n')}\n${stderr}` };
}

function argumentsOf(start: ActStart): readonly string[] {
  const pairs = (option: string, values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
  return [
    ...[start.event, '--workflows', path.join('.github/workflows', start.workflow), '--eventpath', start.payload],
    ...['--platform', 'ubuntu-24.04=-self-hosted', '--json', '--no-cache-server', '--action-offline-mode'],
    ...['--action-cache-path', start.cache, '--actor', 'octocat', '--secret', `GITHUB_TOKEN=${TOKEN}`],
    ...pairs('--local-repository', start.repositories),
    ...pairs('--env', start.environment),
    ...pairs('--var', start.variables ?? {}),
  ];
}

function endOf(events: readonly ActEvent[]): Omit<ActEnd, 'exitCode' | 'log'> {
  const jobs = events.filter(({ jobResult }) => jobResult).map(({ job, jobResult }) => [job, jobResult]);
  const outputs = events
    .filter(({ command }) => command === 'set-output')
    .map(({ jobID, stepID, name, arg }) => [`${jobID} › ${stepID?.join('.')}.${name}`, arg]);
  return {
    jobs: Object.fromEntries(jobs) as Record<string, string>,
    errors: events.filter(({ command }) => command === 'error').map(({ arg }) => arg ?? ''),
    outputs: Object.fromEntries(outputs) as Record<string, string>,
    summary: events.map(({ command, content }) => (command === 'summary' ? content : '')).join(''),
  };
}

import { SlipwayError, minutesMs, secondsMs, within, type Clock } from '@slipway/core';
import { childEnvironment, runProcess, type RunResult } from '@slipway/process';
import type { Surroundings } from '../ports.js';
import { judgedBy, type Finding } from './finding.js';
import type { Gate, Pause } from './gate.js';

/** A program that judges. */
export interface CommandOptions {
  /** The program and its arguments; there is no shell. */
  readonly argv: readonly string[];
  /** How long it may take at one pause. */
  readonly minutes: number;
  readonly workspace: string;
  readonly testUrl?: string;
  readonly productionUrl?: string;
  /**
   * The job's own; the program gets it without what the runner made of this step's inputs and state. When it is not
   * given, the program gets what it needs to find itself and its tools, and nothing of the job.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Starts the program; `runProcess` where nothing else is said. */
  readonly run?: typeof runProcess;
}

type CommandSurroundings = Pick<Surroundings, 'clock' | 'log'>;

/** A program that was told to end is awaited so long; runProcess kills it after 3 s. */
const END_WITHIN_SECONDS = 5;
/** The last lines explain; a program that talks for hours must not fill our memory. */
const MAX_LINES = 2_000;

/**
 * createCommandGate returns the gate that passes when a program exits with 0 and fails when it does not; one that has
 * not ended in time leaves doubt. What it wrote is shown in a group of its own when it has ended: gates judge at once,
 * and shown as it comes it would take the other gates' lines into its group.
 */
export function createCommandGate(options: CommandOptions, surroundings: CommandSurroundings): Gate {
  const { argv, minutes } = options;
  const { clock } = surroundings;
  return {
    name: 'command',
    positions: ['before-traffic', 'step', 'after-traffic'],
    budgetMinutes: minutes + 0.5,
    plan: `The program '${argv[0] ?? ''}' has to exit with 0 at each pause, within ${minutes} minutes.`,
    judge: (pause, signal) =>
      judgedBy('command', { pause, clock }, () => judge(options, { ...surroundings, pause, signal })),
  };
}

interface Judging extends CommandSurroundings {
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

async function judge(options: CommandOptions, judging: Judging): Promise<Finding> {
  const { log, pause } = judging;
  const lines: string[] = [];
  try {
    return await runInTime(options, judging, (line) => {
      lines.push(line);
      if (lines.length > MAX_LINES) lines.shift();
    });
  } finally {
    if (lines.length > 0) {
      const title = `Output of ${options.argv[0] ?? ''} (${pause.position}, ${pause.percent} %)`;
      await log.group(title, () => log.untrusted(lines.join('\n')));
    }
  }
}

async function runInTime(
  options: CommandOptions,
  { clock, pause, signal }: Judging,
  onLine: (line: string) => void,
): Promise<Finding> {
  const [file = '', ...args] = options.argv;
  const run = options.run ?? runProcess;
  const program = { file, args, cwd: options.workspace, env: environmentOf(options, pause), onLine };
  const graceMs = secondsMs(clock, END_WITHIN_SECONDS);
  const deadline = Math.min(pause.deadline - graceMs, clock.now() + minutesMs(clock, options.minutes));
  const ended = new AbortController();
  try {
    const result = await within({ clock, signal, deadline }, (inTime) =>
      Promise.race([
        run({ ...program, signal: inTime }),
        overdue({ clock, graceMs, signal: inTime, ended: ended.signal }),
      ]),
    );
    return result ? findingOf(file, result) : tooLong(file);
  } catch (error) {
    // A program that cannot be started is a mistake that the next run would make again.
    if (!(error instanceof SlipwayError) || error.code !== 'PROCESS_NOT_STARTED') throw error;
    return { verdict: 'fail', because: `${error.message} ${error.hint}` };
  } finally {
    ended.abort();
  }
}

/** A program's own children may hold its output open after it was killed: that is not waited for. */
async function overdue(at: {
  readonly clock: Clock;
  readonly graceMs: number;
  readonly signal: AbortSignal;
  readonly ended: AbortSignal;
}): Promise<never> {
  await new Promise((resolve) => at.signal.addEventListener('abort', resolve, { once: true }));
  await at.clock.sleep(at.graceMs, at.ended);
  throw at.signal.reason;
}

function findingOf(file: string, { exitCode }: RunResult): Finding {
  const verdict = exitCode === 0 ? 'pass' : 'fail';
  return { verdict, because: `'${file}' exited with ${exitCode}.`, evidence: { exitCode } };
}

function tooLong(file: string): Finding {
  return { verdict: 'inconclusive', because: `'${file}' had not ended when its time was over, and was ended.` };
}

function environmentOf(options: CommandOptions, pause: Pause): Record<string, string> {
  const { environment, testUrl, productionUrl } = options;
  const own = Object.entries(environment ?? childEnvironment()).filter(([name]) => !/^(?:INPUT|STATE)_/.test(name));
  // Where what is to be judged answers.
  const baseUrl = pause.position === 'before-traffic' ? testUrl : productionUrl;
  const given = {
    ...Object.fromEntries(own),
    ...{ BASE_URL: baseUrl, TEST_URL: testUrl },
    ...{ STAGE: pause.position, PERCENT: String(pause.percent), DEPLOYMENT_ARN: pause.deploymentArn },
  };
  const set = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SlipwayError, messageOf } from '@slipway/core';
import type { AccountOptions } from './iam/account-options.js';
import { isRegion, type LocalAwsOptions } from './options.js';

/** What `local-aws --help` prints. */
export const HELP = `Usage: local-aws [--port N] [--minute-ms N] [--tasks docker|simulated] [--draining on|off]
                 [--region NAME] [--ecr-regions NAMES] [--record FILE] [--accounts FILE]
                 [--unknown-keys allowed|refused]

Runs an embedded AWS (ECR, ECS, ELBv2, CloudWatch, Logs, STS, DynamoDB) in the foreground. When it answers it prints
one line of JSON, {"endpoint":"http://127.0.0.1:PORT","pid":N}, with several accounts also the address of each one's
registry. SIGINT and SIGTERM end it and remove all that it made.

  --port N        the port on 127.0.0.1, 0 to 65535; 0, the default, is any that is free
  --minute-ms N   real milliseconds that a minute of AWS's timers takes; 60000, the default, is real time
  --tasks KIND    docker, the default: tasks are containers; simulated: tasks are handlers inside this process
  --draining X    on, the default: a removed target finishes its requests; off: its connections are cut
  --propagation-seconds N
                  AWS's seconds that changed weights take to reach the load balancer; 0 is the default
  --region NAME   the region of ECS and of what tasks are told; us-east-1 is the default
  --ecr-regions NAMES
                  the regions, with commas between, whose ECR is apart; one ECR for whatever region is the default
  --record FILE   appends every API call to the file, one line of JSON each
  --accounts FILE a JSON list of accounts, with their users, roles and identity providers; docs/local-aws.md shows it
  --unknown-keys X
                  allowed, the default: access keys of no account are users of the first; refused: nobody's
  --help          prints this

State as JSON: GET /_local/state; the latest calls: GET /_local/calls. Faults: POST /_local/faults with
{"operation": "ecs:UpdateService", "nth": 1, "kind": "throttle"}; DELETE /_local/faults takes them away.
`;

/** What the command line asks for. */
export type Command = { readonly kind: 'help' } | { readonly kind: 'run'; readonly options: LocalAwsOptions };

/** A port has sixteen bits. */
const MAX_PORT = 65_535;
/** setTimeout's own limit; a day would already be of no use. */
const MAX_MINUTE_MS = 2 ** 31 - 1;
/** Ten minutes: as long as ECS itself waits for the slowest kind, a network load balancer. */
const MAX_PROPAGATION_SECONDS = 600;

/**
 * parseCommand reads the command line.
 *
 * @throws SlipwayError LOCAL_AWS_USAGE, which names the flag, what is wrong with it and what would be right
 */
export function parseCommand(args: readonly string[]): Command {
  const values = readFlags(args);
  if (values.help) return { kind: 'help' };
  const port = wholeNumber('--port', values.port, { least: 0, most: MAX_PORT });
  const minuteMs = wholeNumber('--minute-ms', values['minute-ms'], { least: 1, most: MAX_MINUTE_MS });
  const tasks = choice('--tasks', values.tasks, ['docker', 'simulated']);
  if (values.region !== undefined && !isRegion(values.region)) {
    throw usage(`--region is '${values.region}'; it has to be an AWS region, as in eu-central-1`);
  }
  const draining = choice('--draining', values.draining, ['on', 'off']);
  const propagationSeconds = wholeNumber('--propagation-seconds', values['propagation-seconds'], {
    least: 0,
    most: MAX_PROPAGATION_SECONDS,
  });
  const unknownKeys = choice('--unknown-keys', values['unknown-keys'], ['allowed', 'refused']);
  return {
    kind: 'run',
    options: {
      ...(port === undefined ? {} : { port }),
      ...(minuteMs === undefined ? {} : { minuteMs }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(values.region === undefined ? {} : { region: values.region }),
      ...(values['ecr-regions'] === undefined ? {} : { ecrRegions: regionsIn(values['ecr-regions']) }),
      ...(propagationSeconds === undefined ? {} : { propagationSeconds }),
      ...(values.record === undefined ? {} : { recordFile: values.record }),
      ...(draining === undefined ? {} : { draining: draining === 'on' }),
      ...(values.accounts === undefined ? {} : { accounts: readAccountsFile(values.accounts) }),
      ...(unknownKeys === undefined ? {} : { unknownKeys: unknownKeys === 'allowed' }),
    },
  };
}

/** What is in it, startLocalAws checks member by member. */
function readAccountsFile(path: string): readonly AccountOptions[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as readonly AccountOptions[];
  } catch (cause) {
    throw usage(`--accounts is '${path}'; it has to be a file of JSON: ${messageOf(cause).replace(/\.$/, '')}`, cause);
  }
}

function choice<T extends string>(flag: string, text: string | undefined, choices: readonly T[]): T | undefined {
  const chosen = choices.find((one) => one === text);
  if (text !== undefined && chosen === undefined) {
    throw usage(`${flag} is '${text}'; it has to be ${choices.join(' or ')}`);
  }
  return chosen;
}

function regionsIn(text: string): readonly string[] {
  const regions = text.split(',');
  if (regions.every(isRegion)) return regions;
  throw usage(`--ecr-regions is '${text}'; it has to be AWS regions, as in eu-central-1,eu-west-1`);
}

function readFlags(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const options = {
      port: text,
      'minute-ms': text,
      tasks: text,
      draining: text,
      'propagation-seconds': text,
      region: text,
      'ecr-regions': text,
      record: text,
      accounts: text,
      'unknown-keys': text,
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw usage(messageOf(cause).replace(/\.$/, ''), cause);
  }
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`${flag} is '${text}'; it has to be a whole number from ${least} to ${most}`);
}

function usage(problem: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'LOCAL_AWS_USAGE',
    message: `${problem}.`,
    hint: "'local-aws --help' lists the flags.",
    cause,
  });
}

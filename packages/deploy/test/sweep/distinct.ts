import { runInLab, type LabEnd } from '@slipway/rehearsal';
import type { AwsPorts } from '../../src/index.js';
import { violations } from './invariants.js';
import { openPlay, outcomeOf, type Play } from './plays.js';

/** The calls of a play that nobody interferes with, as numbers from 1. */
export interface CallsOf {
  readonly count: number;
  /** Of the calls that ask the same and are answered the same, the first and the last: between them nothing has moved. */
  readonly distinct: readonly number[];
}

/** swept returns the calls that the long tier meets: the distinct ones, or with SLIPWAY_SWEEP=every all of them. */
export function swept({ count, distinct }: CallsOf): readonly number[] {
  return process.env['SLIPWAY_SWEEP'] === 'every' ? Array.from({ length: count }, (_, at) => at + 1) : distinct;
}

/** apiCallsOf returns the calls of a play as AWS sees them. */
export async function apiCallsOf(play: Play): Promise<CallsOf> {
  const seen: string[] = [];
  await playAlone(play, {
    onAnswer: ({ headers, body = '' }, answer) => {
      const told = answer.kind === 'answer' ? answer.body.toString() : answer.kind;
      seen.push(timeless(`${headers['x-amz-target'] ?? ''} ${body.toString()} ${told}`));
    },
  });
  return { count: seen.length, distinct: firstsAndLasts(seen) };
}

/** portCallsOf returns the calls of a play as the deployer makes them: some are several of AWS's. */
export async function portCallsOf(play: Play): Promise<CallsOf> {
  const seen: string[] = [];
  await playAlone(play, {}, (aws) =>
    around(aws, async (name, given, call) => {
      // Its place is the one at which it began.
      const at = seen.push('') - 1;
      const answer = await call();
      seen[at] = timeless(`${name} ${JSON.stringify(given)} ${JSON.stringify(answer)}`);
      return answer;
    }),
  );
  return { count: seen.length, distinct: firstsAndLasts(seen) };
}

/** around returns ports whose every call goes through `meet`, which is given the call to make. */
export function around(
  aws: AwsPorts,
  meet: (name: string, given: readonly unknown[], call: () => Promise<unknown>) => Promise<unknown>,
): AwsPorts {
  const wrap = (value: unknown, name: string): unknown => {
    if (typeof value === 'function') {
      return (...given: unknown[]) =>
        meet(name, given, () => (value as (...all: unknown[]) => Promise<unknown>)(...given));
    }
    return Object.fromEntries(
      Object.entries(value as object).map(([member, of]) => [member, wrap(of, `${name}.${member}`)]),
    );
  };
  return wrap(aws, 'aws') as AwsPorts;
}

async function playAlone(
  play: Play,
  options: Parameters<typeof openPlay>[1],
  see: (aws: AwsPorts) => AwsPorts = (aws) => aws,
): Promise<void> {
  const { lab, taskDefinition } = await openPlay(play, { tries: 1, ...options });
  try {
    const interference = { aws: see(lab.aws) };
    const end: LabEnd = await runInLab(lab, { taskDefinition, request: play.request, interference });
    const found = await violations(lab, play, end);
    if (outcomeOf(end) === play.outcome && found.length === 0) return;
    throw new Error(`'${play.name}' ends as ${outcomeOf(end)} by itself: ${found.join('; ')}\n${end.lines.join('\n')}`);
  } finally {
    await lab.close();
  }
}

/** Times, request ids and the SDK's tokens differ in every answer. */
function timeless(text: string): string {
  return text
    .replace(/\b1[89]\d{8}(?:\.\d+)?(?:E9)?\b/g, 'T')
    .replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID');
}

function firstsAndLasts(seen: readonly string[]): readonly number[] {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  seen.forEach((each, at) => {
    if (!first.has(each)) first.set(each, at + 1);
    last.set(each, at + 1);
  });
  return [...new Set([...first.values(), ...last.values()])].sort((a, b) => a - b);
}

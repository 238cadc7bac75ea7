import type { AlarmState } from '@slipway/aws';
import { SlipwayError, secondsMs } from '@slipway/core';
import type { Surroundings } from '../ports.js';
import { judgedBy, lookUntilFound, placeOf, resultOf, type Finding } from './finding.js';
import type { Gate } from './gate.js';

export interface AlarmsOptions {
  /**
   * Whether an alarm that is in ALARM at the gate's first look may stay so: what failed before the release is no
   * verdict on it, and a fix has to be able to go out. Once it was seen in another state it counts as any other.
   */
  readonly toleratesActive?: boolean;
}

/** CloudWatch evaluates an alarm once a minute; looking three times in it finds a change soon. */
const EVERY_SECONDS = 20;
/** One look is enough; the rest is for a CloudWatch that throttles. */
const BUDGET_MINUTES = 2;
/** The states that say nothing against the release; a word that we do not know is not among them. */
const HARMLESS: readonly string[] = ['OK', 'INSUFFICIENT_DATA'];

/**
 * createAlarmsGate returns the gate that fails as soon as one of some CloudWatch alarms is in ALARM, and for an alarm
 * that does not exist: it would watch over nothing. INSUFFICIENT_DATA passes, and is told.
 */
export function createAlarmsGate(
  names: readonly string[],
  { aws, clock, log }: Surroundings,
  { toleratesActive = false }: AlarmsOptions = {},
): Gate {
  const before = new ActiveBefore(toleratesActive);
  const look = async (): Promise<Finding> => judge(names, await aws.cloudwatch.alarms(names), before);
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'alarms',
    positions: ['before-traffic', 'step', 'after-traffic'],
    budgetMinutes: BUDGET_MINUTES,
    plan: `Alarms ${names.join(', ')}: one in ALARM takes the deployment back, at a pause and in between.`,
    judge: (pause, signal) =>
      judgedBy('alarms', { pause, clock }, () => lookUntilFound({ clock, signal, deadline: pause.deadline, look })),
    watch: async (moving) => {
      const startedAt = clock.now();
      if (startedAt < nextAt) return undefined;
      nextAt = startedAt + secondsMs(clock, EVERY_SECONDS);
      try {
        const at = { gate: 'alarms', clock, position: placeOf(moving), startedAt };
        return resultOf(at, await look());
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
        // That AWS does not answer says nothing about the release.
        log.info(`The alarms could not be read (${error.code}).`);
        return undefined;
      }
    },
  };
}

function judge(names: readonly string[], alarms: readonly AlarmState[], before: ActiveBefore): Finding {
  const tolerated = before.note(alarms);
  const missing = names.filter((name) => !alarms.some((alarm) => alarm.name === name));
  const bad = alarms.filter(({ name, state }) => !HARMLESS.includes(state) && !tolerated.has(name));
  const evidence = alarms.map(({ name, state, reason }) => ({
    ...{ name, state },
    ...(reason === undefined ? {} : { reason }),
    ...(tolerated.has(name) ? { tolerated: true } : {}),
  }));
  if (bad.length > 0) {
    const told = bad.map(({ name, state, reason }) => `${name} is in ${state}${reason ? ` (${reason})` : ''}`);
    return { verdict: 'fail', because: `${told.join(', ')}.`, evidence };
  }
  if (missing.length > 0) {
    return { verdict: 'fail', because: `There is no alarm ${missing.join(', ')}: it watches over nothing.`, evidence };
  }
  const notOk = alarms.filter(({ state }) => state !== 'OK').map(({ name, state }) => `${name} ${state}`);
  if (notOk.length === 0) return { verdict: 'pass', because: 'All alarms are OK.', evidence };
  const since = tolerated.size > 0 ? ', where ALARM was so before the release' : '';
  return { verdict: 'pass', because: `No alarm speaks against the release; ${notOk.join(', ')}${since}.`, evidence };
}

/** The alarms that were in ALARM when the gate first looked and have been ever since. */
class ActiveBefore {
  readonly #tolerates: boolean;
  #names: ReadonlySet<string> | undefined;

  constructor(tolerates: boolean) {
    this.#tolerates = tolerates;
  }

  note(alarms: readonly AlarmState[]): ReadonlySet<string> {
    const active = this.#tolerates ? alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name) : [];
    const known = this.#names;
    this.#names = new Set(known ? active.filter((name) => known.has(name)) : active);
    return this.#names;
  }
}

import { minutesMs, secondsMs } from '@slipway/core';
import { nameOf } from '@slipway/delivery';
import type { Surroundings } from '../ports.js';
import { judgedBy, lookUntilFound, type Finding, type Look } from './finding.js';
import type { Fleets, Gate, Pause } from './gate.js';
import { loadBalancerName, targetGroupName } from './metric-names.js';
import { probeUntilNew, type ProbeProof } from './new-fleet-probes.js';

/** How it is proved that the old fleet answers nothing any more. */
export type DrainProof = MetricsProof | ProbeProof;

/** By CloudWatch: a whole minute without an answer of the old target group. */
export interface MetricsProof {
  readonly kind: 'metrics';
  /** How long after its end a minute is taken to be counted. Defaults to 120. */
  readonly ingestionDelaySeconds?: number;
}

/** What is left of the surroundings. */
type DrainSurroundings = Pick<Surroundings, 'clock'> & {
  readonly aws: Pick<Surroundings['aws'], 'elb' | 'cloudwatch'>;
};

/** CloudWatch has ELB's counts of a minute one to three minutes after it. */
const INGESTION_SECONDS = 120;
/** Often enough to see a weight or a late minute soon. */
const EVERY_SECONDS = 15;
/** The rest of the minute of the shift, a whole one, its ingestion, and as much again for a slow one. */
const BUDGET_MINUTES = 8;

/**
 * createNoTrafficLeftGate returns the gate before the old fleet goes: the production rule gives it nothing, and it has
 * answered nothing for a whole minute that began after the shift, or so many answers in a row came from the new fleet.
 * A load balancer's nodes take up a change one after the other, without a bound that AWS would state; a fleet that is
 * taken out too early answers with errors.
 */
export function createNoTrafficLeftGate(
  surroundings: DrainSurroundings,
  proof: DrainProof = { kind: 'metrics' },
): Gate {
  const { clock } = surroundings;
  return {
    name: 'no-traffic-left',
    positions: ['after-traffic'],
    budgetMinutes: BUDGET_MINUTES,
    plan: planOf(proof),
    judge: (pause, signal) =>
      judgedBy('no-traffic-left', { pause, clock }, async () => {
        const { fleets } = pause;
        if (!fleets?.oldTargetGroupArn) {
          return { verdict: 'pass', because: 'There is no old fleet behind the load balancer.' };
        }
        const seen = new ShiftSeen(pause);
        const look = (): Promise<Look> => lookAt(surroundings, { fleets, proof, seen, pause, signal });
        return lookUntilFound({ clock, signal, deadline: pause.deadline, look });
      }),
  };
}

function planOf(proof: DrainProof): string {
  const by =
    proof.kind === 'metrics'
      ? 'it has answered nothing for a whole minute of CloudWatch'
      : `${proof.count ?? 'a hundred'} answers of ${proof.baseUrl} in a row came from the new one`;
  return `Before the old fleet goes: its weight is 0, and ${by}.`;
}

/** When the old fleet's weight was 0 for the first time, as far as was seen. */
class ShiftSeen {
  #at: number | undefined;
  #sawWeight = false;

  constructor({ shareSince }: Pick<Pause, 'shareSince'>) {
    this.#at = shareSince;
  }

  /** A weight that comes back begins everything anew. */
  weightIs(weight: number, now: number): number {
    if (weight > 0) this.#sawWeight = true;
    else if (this.#sawWeight || this.#at === undefined) {
      this.#at = now;
      this.#sawWeight = false;
    }
    return this.#at ?? now;
  }
}

interface Looking {
  readonly fleets: Fleets;
  readonly proof: DrainProof;
  readonly seen: ShiftSeen;
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

async function lookAt({ aws, clock }: DrainSurroundings, looking: Looking): Promise<Look> {
  const { fleets, proof, seen, pause, signal } = looking;
  const old = fleets.oldTargetGroupArn ?? '';
  const weights = await aws.elb.ruleWeights(fleets.productionRuleArn);
  const weight = weights.find(({ targetGroupArn }) => targetGroupArn === old)?.weight ?? 0;
  const shiftedAt = seen.weightIs(weight, clock.now());
  if (weight > 0) {
    return {
      verdict: 'pending',
      because: `The production rule still gives ${nameOf(old)} a weight of ${weight}.`,
      evidence: { weight },
      againMs: secondsMs(clock, EVERY_SECONDS),
    };
  }
  if (proof.kind === 'probes') return probeUntilNew(proof, { clock, signal, deadline: pause.deadline });
  return lookAtMinutes({ aws, clock }, { fleets, old, shiftedAt, proof });
}

interface Minutes {
  readonly fleets: Fleets;
  readonly old: string;
  readonly shiftedAt: number;
  readonly proof: MetricsProof;
}

async function lookAtMinutes({ aws, clock }: DrainSurroundings, of: Minutes): Promise<Look> {
  const { old, shiftedAt } = of;
  const loadBalancer = of.fleets.loadBalancerArn && loadBalancerName(of.fleets.loadBalancerArn);
  if (!loadBalancer?.startsWith('app/')) return onlyWeight(old);
  const minute = minutesMs(clock, 1);
  const countedAfter = minute + secondsMs(clock, of.proof.ingestionDelaySeconds ?? INGESTION_SECONDS);
  const first = Math.ceil(shiftedAt / minute) * minute;
  const now = clock.now();
  const isEarly = now < first + countedAfter;
  if (isEarly)
    return pending(`No whole minute since the shift is counted yet.`, { weight: 0 }, first + countedAfter - now);
  const [counted] = await aws.cloudwatch.targetGroupMinutes({
    ...{ loadBalancer, targetGroups: [targetGroupName(old)] },
    ...{ since: first, now, minuteMs: minute },
  });
  const whole = (counted?.minutes ?? []).filter(({ at }) => at >= first && at + countedAfter <= now);
  const silent = whole.find(({ requests, errors }) => requests + errors === 0);
  const evidence = { weight: 0, minutes: whole };
  if (silent) {
    const from = new Date(silent.at).toISOString();
    return {
      verdict: 'pass',
      because: `${nameOf(old)} has weight 0 and answered nothing in the minute from ${from}.`,
      evidence,
    };
  }
  const last = whole.at(-1);
  const because = last
    ? `${nameOf(old)} still answered ${last.requests} requests in its last counted minute.`
    : 'CloudWatch told no minute since the shift.';
  return pending(because, evidence, secondsMs(clock, EVERY_SECONDS));
}

function pending(because: string, evidence: unknown, againMs: number): Look {
  return { verdict: 'pending', because, evidence, againMs };
}

/** A Network Load Balancer counts connections, not answers; ECS itself waits ten minutes after a shift behind one. */
function onlyWeight(old: string): Finding {
  return {
    verdict: 'pass',
    because: `${nameOf(old)} has weight 0. Whether it still answers was not proved: its load balancer counts no requests by target group.`,
    evidence: { weight: 0, proved: 'weight only' },
  };
}

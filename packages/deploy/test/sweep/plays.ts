import type { GatePosition, GateVerdict } from '@slipway/delivery';
import type { Gate } from '@slipway/deploy';
import { openLab, type Lab, type LabEnd, type LabOptions, type LabRequest } from '@slipway/rehearsal';

/** A deployment as it goes when nobody interferes, and how it ends then. */
export interface Play {
  readonly name: string;
  readonly lab: LabOptions;
  /** What the new revision's tasks do, by the lab's names. */
  readonly behaviour: string;
  readonly request: LabRequest;
  readonly outcome: string;
}

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const GATE_MINUTES = { 'before-traffic': 1, step: 1, 'after-traffic': 1 };

/** A gate that says what it is told to at one position, and passes at the others. */
export function gateThat(verdict: GateVerdict, at: GatePosition): Gate {
  return {
    name: 'told',
    positions: ['before-traffic', 'step', 'after-traffic'],
    budgetMinutes: 1,
    plan: 'A gate of the test.',
    judge: async ({ position }) => ({
      gate: 'told',
      position,
      verdict: position === at ? verdict : 'pass',
      because: 'The test says so.',
      seconds: 0,
    }),
  };
}

/** PLAYS are the main ways in which a deployment goes. */
export const PLAYS: readonly Play[] = [
  {
    name: 'all at once, good',
    lab: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
    behaviour: 'second',
    request: {},
    outcome: 'succeeded',
  },
  {
    name: 'canary by input, with a gate, good',
    lab: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
    behaviour: 'second',
    request: {
      gates: [gateThat('pass', 'step')],
      intent: { strategy: 'canary', canaryPercent: 10, canaryBakeMinutes: 1, gateMinutes: GATE_MINUTES },
    },
    outcome: 'succeeded',
  },
  {
    name: 'never healthy, by the circuit breaker',
    lab: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1, ...BREAKER } },
    behaviour: 'never-healthy',
    request: { maxStoppedTasks: 1000 },
    outcome: 'rolled-back',
  },
  {
    name: 'a gate fails after all traffic moved',
    lab: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
    behaviour: 'second',
    request: { gates: [gateThat('fail', 'after-traffic')], intent: { gateMinutes: GATE_MINUTES } },
    outcome: 'rolled-back',
  },
  {
    name: 'rolling, good',
    lab: { deploymentConfiguration: { strategy: 'ROLLING' }, isBehindLoadBalancer: false },
    behaviour: 'second',
    request: {},
    outcome: 'succeeded',
  },
];

/** openPlay brings up a play's service and registers what is to be deployed. */
export async function openPlay(
  play: Play,
  options: Pick<LabOptions, 'tries' | 'onAnswer'> = { tries: 1 },
): Promise<{ readonly lab: Lab; readonly taskDefinition: string }> {
  const lab = await openLab({ ...play.lab, ...options });
  return { lab, taskDefinition: await lab.register(play.behaviour) };
}

/** outcomeOf names how a run ended: its outcome, or the code that it threw. */
export function outcomeOf(end: LabEnd): string {
  if (end.delivered) return end.delivered.outcome;
  return String((end.error as { code?: string } | undefined)?.code ?? end.error);
}

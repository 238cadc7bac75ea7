import type { GatePosition } from './gates.js';
import type { Intent } from './intent.js';
import { isShifting, type Hook, type Settings } from './settings.js';

/** A gate's judgement ends so long before its hook does: the answer has to arrive, and clocks differ. */
export const HOOK_MARGIN_MINUTES = 1;
/** Added to what the gates need: the look that finds the pause, the health that is read before the answer, the margin. */
const HOOK_SLACK_MINUTES = 4;
/** ECS gives a stage at most 24 hours (developer guide, lifecycle hooks). */
const MOST_STAGE_MINUTES = 1440;

/** The stages at which we pause, in ECS's words, and the positions that are judged there. */
const PAUSES: readonly { readonly stage: string; readonly positions: readonly GatePosition[] }[] = [
  // Fires before every step: with no production traffic yet, and after each share's time.
  { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', positions: ['before-traffic', 'step'] },
  { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', positions: ['after-traffic'] },
];

/** A pause of ours: if nobody answers it, ECS goes back by itself. That is the dead-man's switch. */
export interface PauseHook extends Hook {
  readonly targetType: 'PAUSE';
  readonly lifecycleStages: readonly [string];
  readonly timeoutConfiguration: { readonly timeoutInMinutes: number; readonly action: 'ROLLBACK' };
}

/**
 * pausesFor returns the pauses that a deployment by these settings gets: each as long as its gates need, and no longer.
 * Their lengths differ from those of the service's own pauses, which are a person's to answer.
 */
export function pausesFor(settings: Settings, intent: Pick<Intent, 'gateMinutes'>): readonly PauseHook[] {
  if (!isShifting(settings.strategy)) return [];
  const taken = ownPauseMinutes(settings);
  return PAUSES.map(({ stage, positions }) => {
    const needed = Math.max(...positions.map((position) => intent.gateMinutes[position]));
    let minutes = Math.min(Math.ceil(needed) + HOOK_SLACK_MINUTES, MOST_STAGE_MINUTES);
    // Two minutes apart: the moment at which a pause began is known to a look only.
    while (taken.some((own) => Math.abs(own - minutes) < 2)) minutes += 1;
    return pause(stage, minutes);
  });
}

function pause(stage: string, timeoutInMinutes: number): PauseHook {
  return {
    targetType: 'PAUSE',
    lifecycleStages: [stage],
    timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' },
  };
}

/** ECS's default for a pause that says nothing: 24 hours. */
function ownPauseMinutes(settings: Settings): readonly number[] {
  return (settings.lifecycleHooks ?? [])
    .filter(({ targetType }) => targetType === 'PAUSE')
    .map(({ timeoutConfiguration }) => timeoutConfiguration?.timeoutInMinutes ?? MOST_STAGE_MINUTES);
}

/** A hook at which a deployment stands, as ECS shows it. */
export interface OpenHook {
  readonly id: string;
  readonly targetType: string;
  readonly status: string;
  readonly expiresAt?: Date;
}

/** What tells our pauses from a person's. */
export interface PauseReading {
  readonly hooks: readonly OpenHook[];
  readonly pauses: readonly PauseHook[];
  /** Whether the service has pauses of its own. */
  readonly hasForeignPauses: boolean;
  /** When a hook was first seen open, milliseconds since the epoch. */
  readonly firstSeen: (hookId: string) => number;
  /** How many milliseconds a minute takes: 60,000 but in a rehearsal. */
  readonly minuteMs: number;
}

/** ourPause returns the hook of ours that waits for an answer; a person's pause is left to the person. */
export function ourPause({ hooks, pauses, hasForeignPauses, firstSeen, minuteMs }: PauseReading): OpenHook | undefined {
  const waiting = hooks.filter(({ targetType, status }) => targetType === 'PAUSE' && status === 'AWAITING_ACTION');
  if (!hasForeignPauses) return waiting[0];
  return waiting.find(({ id, expiresAt }) => {
    if (!expiresAt) return false;
    const minutes = (expiresAt.getTime() - firstSeen(id)) / minuteMs;
    // A pause may have been seen some looks after it began: a minute at most.
    return pauses.some(({ timeoutConfiguration }) => Math.abs(timeoutConfiguration.timeoutInMinutes - minutes) <= 1);
  });
}

/** positionOf tells what is judged at a pause, by the stage and by the share of the traffic. */
export function positionOf(stage: string | undefined, percent: number): GatePosition {
  if (stage === 'POST_PRODUCTION_TRAFFIC_SHIFT' || percent >= 100) return 'after-traffic';
  return percent > 0 ? 'step' : 'before-traffic';
}

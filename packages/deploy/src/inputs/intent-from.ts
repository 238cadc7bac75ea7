import { SlipwayError, nearest } from '@slipway/core';
import { LIFTABLE, type GatePosition, type Intent, type Liftable, type Move } from '@slipway/delivery';
import type { InputsOf } from '@slipway/runtime';
import type { Gate } from '../gates/gate.js';
import type { ServiceExtras } from '../run.js';
import type { GATE_INPUTS } from './gate-inputs.js';
import type { SERVICE_INPUTS } from './service-inputs.js';
import type { SAFETY_INPUTS, SHIFT_INPUTS } from './shift-inputs.js';
import { parseCapacityProviders, parseTask, parseVolumes } from './structures.js';

type ShiftInputs = InputsOf<typeof SHIFT_INPUTS>;

/** The inputs that an intent is made of. */
export type IntentInputs = ShiftInputs &
  InputsOf<typeof SAFETY_INPUTS> &
  InputsOf<typeof SERVICE_INPUTS> &
  Pick<InputsOf<typeof GATE_INPUTS>, 'alarms' | 'before-traffic-task'>;

/** intentFrom says what the inputs ask for. @throws SlipwayError INPUT_INVALID */
export function intentFrom(inputs: IntentInputs, gates: readonly Gate[]): Intent {
  const move = moveFrom(inputs);
  const strategy = inputs.strategy === 'service' ? undefined : (inputs.strategy as Intent['strategy']);
  const waitUntil = inputs['wait-until'] === 'completed' ? undefined : inputs['wait-until'];
  return {
    ...present({
      strategy,
      waitUntil,
      move,
      bakeMinutes: inputs['bake-minutes'],
      canaryPercent: inputs['canary-percent'],
      canaryBakeMinutes: inputs['canary-bake-minutes'],
      stepPercent: inputs['step-percent'],
      stepBakeMinutes: inputs['step-bake-minutes'],
      desiredCount: inputs['desired-count'],
      task: taskPlan(inputs['before-traffic-task']),
    }),
    alarms: inputs.alarms,
    forceNewDeployment: inputs['force-new-deployment'],
    gateMinutes: gateMinutesOf(gates),
    gatePlans: gates.map(({ plan }) => plan),
    allow: inputs.allow.map(liftable),
    ifInProgress: inputs['if-in-progress'],
    timeoutMinutes: inputs['timeout-minutes'],
    onCancel: inputs['on-cancel'],
  };
}

/** extrasFrom returns what else goes into the UpdateService: only what was asked for. */
export function extrasFrom(inputs: InputsOf<typeof SERVICE_INPUTS>): ServiceExtras {
  const capacity = inputs['capacity-provider-strategy'];
  const volumes = inputs['volume-configurations'];
  const tags = inputs['enable-ecs-managed-tags'];
  return present({
    enableECSManagedTags: tags === undefined ? undefined : tags === 'true',
    propagateTags: inputs['propagate-tags'],
    capacityProviderStrategy: capacity === undefined ? undefined : parseCapacityProviders(capacity),
    volumeConfigurations: volumes === undefined ? undefined : parseVolumes(volumes),
    healthCheckGracePeriodSeconds: inputs['health-check-grace-seconds'],
  });
}

/** All gates of a position judge at once: the longest decides. */
function gateMinutesOf(gates: readonly Gate[]): Readonly<Record<GatePosition, number>> {
  const longest = (position: GatePosition): number =>
    Math.max(0, ...gates.filter(({ positions }) => positions.includes(position)).map((gate) => gate.budgetMinutes));
  return {
    'before-traffic': longest('before-traffic'),
    step: longest('step'),
    'after-traffic': longest('after-traffic'),
  };
}

function taskPlan(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { command, container } = parseTask(text);
  return `a one-off task of the new definition runs ${command ? `'${command.join(' ')}'` : 'as it is'}${container ? ` in the container '${container}'` : ''} and has to succeed`;
}

function liftable(name: string): Liftable {
  const known = LIFTABLE.find((candidate) => candidate === name);
  if (known) return known;
  const meant = nearest(name, LIFTABLE);
  throw invalid(
    `'allow' names '${name}', which is no refusal${meant === undefined ? '' : `; did you mean '${meant}'?`} The refusals are: ${LIFTABLE.join(', ')}`,
  );
}

function moveFrom(inputs: ShiftInputs): Move | undefined {
  const alternateTargetGroupArn = inputs['alternate-target-group-arn'];
  const productionListenerRule = inputs['production-listener-rule-arn'];
  const roleArn = inputs['infrastructure-role-arn'];
  const testListenerRule = inputs['test-listener-rule-arn'];
  const given = [alternateTargetGroupArn, productionListenerRule, roleArn, testListenerRule];
  if (given.every((value) => value === undefined)) return undefined;
  if (!alternateTargetGroupArn || !productionListenerRule || !roleArn) {
    throw invalid(
      "to move a service to blue/green, 'alternate-target-group-arn', 'production-listener-rule-arn' and 'infrastructure-role-arn' are needed together",
    );
  }
  return {
    alternateTargetGroupArn,
    productionListenerRule,
    roleArn,
    ...(testListenerRule ? { testListenerRule } : {}),
  };
}

function invalid(message: string): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `${message}.`,
    hint: "Correct the 'with:' block of this step.",
  });
}

/** Leaves out what was not asked for: absent input, absent member. */
function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

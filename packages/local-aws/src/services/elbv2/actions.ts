import type { TargetGroupWeight } from '../../load-balancing.js';
import { AwsError } from '../../service.js';
import { unsupported, validationError } from './errors.js';
import type { Input } from './input.js';
import type { ShownAction } from './records.js';

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html */
const WEIGHT = { min: 0, max: 999 };
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_TARGET_GROUPS = 5;

/** readActions reads a rule's actions: one that forwards, or one that answers in a target's place. */
export function readActions(actions: readonly Input[]): ShownAction {
  const [action, second] = actions;
  if (!action) throw validationError('A rule must have an action');
  if (second) throw unsupported(`rules with more than one action, such as '${second.required('Type')}'`);
  const order = action.integer('Order', { min: 1, max: 50_000 });
  const shownOrder = order === undefined ? {} : { Order: order };
  const type = action.required('Type');
  if (type === 'forward') return readForward(action, shownOrder);
  if (type === 'fixed-response') return readFixedResponse(action, shownOrder);
  throw unsupported(`the action type '${type}'`);
}

/** weightedForward returns a forward action that has nothing but weights, as ECS writes it. */
export function weightedForward(targetGroups: readonly TargetGroupWeight[]): ShownAction {
  for (const { targetGroupArn, weight } of targetGroups) {
    if (!Number.isInteger(weight) || weight < WEIGHT.min || weight > WEIGHT.max) {
      throw validationError(`The weight '${weight}' of '${targetGroupArn}' is not an integer from 0 to 999`);
    }
  }
  requireDistinct(targetGroups);
  return {
    meaning: { type: 'forward', targetGroups },
    shown: [showForward(targetGroups, { Enabled: false })],
  };
}

function readForward(action: Input, shownOrder: object): ShownAction {
  const scalar = action.text('TargetGroupArn');
  const config = action.structure('ForwardConfig');
  const weighted = config ? config.structures('TargetGroups').map(readTuple) : [];
  const stickiness = readStickiness(config?.structure('TargetGroupStickinessConfig'));
  const targetGroups = weighted.length > 0 || scalar === undefined ? weighted : [{ targetGroupArn: scalar, weight: 1 }];
  if (targetGroups.length === 0) throw validationError('A forward action must specify a target group');
  const [only, another] = targetGroups;
  if (scalar !== undefined && (another || only?.targetGroupArn !== scalar)) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'When both TargetGroupArn and ForwardConfig are specified, they must name the same, single target group',
    );
  }
  requireDistinct(targetGroups);
  // Where there is one target group alone, AWS shows it in both places, however it was written.
  const shownScalar = only && !another ? { TargetGroupArn: only.targetGroupArn } : {};
  return {
    meaning: { type: 'forward', targetGroups },
    shown: [
      {
        ...shownOrder,
        ...shownScalar,
        ...showForward(targetGroups, stickiness),
      },
    ],
  };
}

function readTuple(tuple: Input): TargetGroupWeight {
  return {
    targetGroupArn: tuple.required('TargetGroupArn'),
    weight: tuple.integer('Weight', WEIGHT) ?? 1,
  };
}

/** Stickiness that is off is told again, its duration too; stickiness that is on would change who gets what. */
function readStickiness(config: Input | undefined): object {
  const durationSeconds = config?.integer('DurationSeconds', {
    min: 1,
    max: 604_800,
  });
  if (config?.flag('Enabled')) throw unsupported('target group stickiness');
  return {
    Enabled: false,
    ...(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
  };
}

function requireDistinct(targetGroups: readonly TargetGroupWeight[]): void {
  if (targetGroups.length > MAX_TARGET_GROUPS) {
    throw new AwsError('TooManyTargetGroups', `A forward action has at most ${MAX_TARGET_GROUPS} target groups`);
  }
  const arns = new Set(targetGroups.map(({ targetGroupArn }) => targetGroupArn));
  if (arns.size !== targetGroups.length) throw validationError('A forward action names a target group twice');
}

function showForward(targetGroups: readonly TargetGroupWeight[], stickiness: object): object {
  const tuples = targetGroups.map(({ targetGroupArn, weight }) => ({
    TargetGroupArn: targetGroupArn,
    Weight: weight,
  }));
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: tuples,
      TargetGroupStickinessConfig: stickiness,
    },
  };
}

function readFixedResponse(action: Input, shownOrder: object): ShownAction {
  const config = action.structure('FixedResponseConfig');
  if (!config) throw validationError("'FixedResponseConfig' must be specified");
  const statusCode = config.required('StatusCode');
  if (!/^[245]\d\d$/.test(statusCode)) throw validationError(`The status code '${statusCode}' is not 2xx, 4xx or 5xx`);
  const contentType = config.text('ContentType');
  const messageBody = config.text('MessageBody');
  const shown = {
    ...(messageBody === undefined ? {} : { MessageBody: messageBody }),
    StatusCode: statusCode,
    ...(contentType === undefined ? {} : { ContentType: contentType }),
  };
  return {
    meaning: {
      type: 'fixed-response',
      statusCode: Number(statusCode),
      contentType: contentType ?? 'text/plain',
      messageBody: messageBody ?? '',
    },
    shown: [{ ...shownOrder, Type: 'fixed-response', FixedResponseConfig: shown }],
  };
}

import type { TargetGroupWeight } from '../../load-balancing.js';
import { AwsError } from '../../service.js';
import { unsupported, validationError } from './errors.js';
import type { Input } from './input.js';
import type { ShownAction } from './records.js';

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html */
const WEIGHT = { min: 0, max: 999 };
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupStickinessConfig.html */
const STICKY_SECONDS = { min: 1, max: 604_800 };
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

/** reweighted returns a forward action with other weights, as ECS writes it; stickiness stays as it was. */
export function reweighted({ meaning }: ShownAction, targetGroups: readonly TargetGroupWeight[]): ShownAction {
  for (const { targetGroupArn, weight } of targetGroups) {
    if (!Number.isInteger(weight) || weight < WEIGHT.min || weight > WEIGHT.max) {
      throw validationError(`The weight '${weight}' of '${targetGroupArn}' is not an integer from 0 to 999`);
    }
  }
  requireDistinct(targetGroups);
  const stickySeconds = meaning.type === 'forward' ? meaning.stickySeconds : undefined;
  const stickiness =
    stickySeconds === undefined ? { Enabled: false } : { Enabled: true, DurationSeconds: stickySeconds };
  return {
    meaning: { type: 'forward', targetGroups, ...sticky(stickySeconds) },
    shown: [showForward(targetGroups, stickiness)],
  };
}

function readForward(action: Input, shownOrder: object): ShownAction {
  const scalar = action.text('TargetGroupArn');
  const config = action.structure('ForwardConfig');
  const weighted = config ? config.structures('TargetGroups').map(readTuple) : [];
  const { stickySeconds, shown } = readStickiness(config?.structure('TargetGroupStickinessConfig'));
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
    meaning: { type: 'forward', targetGroups, ...sticky(stickySeconds) },
    shown: [{ ...shownOrder, ...shownScalar, ...showForward(targetGroups, shown) }],
  };
}

function readTuple(tuple: Input): TargetGroupWeight {
  return {
    targetGroupArn: tuple.required('TargetGroupArn'),
    weight: tuple.integer('Weight', WEIGHT) ?? 1,
  };
}

/** The duration of stickiness that is off means nothing, and is told again. */
function readStickiness(config: Input | undefined): {
  readonly stickySeconds: number | undefined;
  readonly shown: object;
} {
  const seconds = config?.integer('DurationSeconds', STICKY_SECONDS);
  const Enabled = config?.flag('Enabled') ?? false;
  if (Enabled && seconds === undefined) throw validationError("'DurationSeconds' must be specified for stickiness");
  return {
    stickySeconds: Enabled ? seconds : undefined,
    shown: { Enabled, ...(seconds === undefined ? {} : { DurationSeconds: seconds }) },
  };
}

function sticky(stickySeconds: number | undefined): { readonly stickySeconds?: number } {
  return stickySeconds === undefined ? {} : { stickySeconds };
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

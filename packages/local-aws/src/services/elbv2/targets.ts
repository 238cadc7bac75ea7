import { isIPv4 } from 'node:net';
import type { Target, TargetHealth } from '../../load-balancing.js';
import type { CallContext } from '../../service.js';
import { validationError } from './errors.js';
import type { Input } from './input.js';
import type { TargetGroup } from './records.js';
import type { Elbv2Store } from './store.js';

/** targetOperations are the operations on the targets of a target group. */
export function targetOperations(store: Elbv2Store): Record<string, (input: Input, context: CallContext) => object> {
  return {
    RegisterTargets: (input) => {
      const group = store.targetGroup(input.required('TargetGroupArn'));
      const targets = readTargets(input, group);
      input.refuseOthers();
      for (const target of targets) group.pool.register(target);
      return {};
    },
    DeregisterTargets: (input) => {
      const group = store.targetGroup(input.required('TargetGroupArn'));
      const targets = readTargets(input, group);
      input.refuseOthers();
      // The answer comes at once; DescribeTargetHealth tells when a target has drained.
      for (const target of targets) void group.pool.deregister(target);
      return {};
    },
    DescribeTargetHealth: (input) => {
      const group = store.targetGroup(input.required('TargetGroupArn'));
      const asked = input.has('Targets') ? readTargets(input, group) : undefined;
      input.refuseOthers();
      const known = group.pool.health();
      const healths = asked?.map((target) => known.find((each) => isSame(each, target)) ?? notRegistered(target));
      return {
        TargetHealthDescriptions: (healths ?? known).map((health) => show(group, health)),
      };
    },
  };
}

/** An address may be any: AWS takes those of a VPC alone, but here the loopback and Docker's bridges are the VPC. */
function readTargets(input: Input, group: TargetGroup): Target[] {
  const targets = input.structures('Targets').map((target) => {
    const id = target.required('Id');
    // Which zone an address is in does not matter where there are none.
    target.text('AvailabilityZone');
    if (!isIPv4(id)) throw validationError(`The IP address '${id}' is not a valid IPv4 address`);
    return {
      id,
      port: target.integer('Port', { min: 1, max: 65_535 }) ?? group.port,
    };
  });
  if (targets.length === 0) throw validationError("'Targets' must be specified");
  return targets;
}

function isSame(a: Target, b: Target): boolean {
  return a.id === b.id && a.port === b.port;
}

function notRegistered(target: Target): TargetHealth {
  const description = 'Target is not registered to the target group';
  return {
    ...target,
    state: 'unused',
    reason: 'Target.NotRegistered',
    description,
  };
}

function show(group: TargetGroup, health: TargetHealth): object {
  return {
    Target: { Id: health.id, Port: health.port },
    HealthCheckPort: String(group.healthCheck.port ?? health.port),
    TargetHealth: {
      State: health.state,
      Reason: health.reason,
      Description: health.description,
    },
  };
}

import {
  DescribeServicesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { EcsClients, EcsPort } from './ecs-port.js';
import type { ServiceLoadBalancer, ServiceUpdate } from './ecs-types.js';
import { readService } from './ecs-views.js';
import { named } from './named.js';

/** serviceCalls are the calls on services and their tags. */
export function serviceCalls({
  usual,
  once,
}: EcsClients): Pick<EcsPort, 'service' | 'updateService' | 'tag' | 'untag'> {
  return {
    service: async (cluster, service) => {
      const answer = await usual
        .send(new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }))
        .catch(named('ecs:DescribeServices'));
      const found = answer.services?.[0];
      return found ? readService(found) : undefined;
    },
    updateService: async (update) => {
      const answer = await once.send(new UpdateServiceCommand(inputOf(update))).catch(named('ecs:UpdateService'));
      return readService(answer.service ?? {});
    },
    tag: async (resourceArn, tags) => {
      const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
      await usual.send(new TagResourceCommand({ resourceArn, tags: list })).catch(named('ecs:TagResource'));
    },
    untag: async (resourceArn, keys) => {
      await usual.send(new UntagResourceCommand({ resourceArn, tagKeys: [...keys] })).catch(named('ecs:UntagResource'));
    },
  };
}

/** The members have ECS's own names but for the load balancers; what is absent stays absent. */
function inputOf({ loadBalancers, ...members }: ServiceUpdate): UpdateServiceCommandInput {
  const input = { ...members, ...(loadBalancers ? { loadBalancers: loadBalancers.map(loadBalancerOf) } : {}) };
  return input as unknown as UpdateServiceCommandInput;
}

function loadBalancerOf({ targetGroupArn, containerName, containerPort, ...advanced }: ServiceLoadBalancer) {
  const { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn } = advanced;
  const advancedConfiguration = { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn };
  return {
    targetGroupArn,
    containerName,
    containerPort,
    ...(alternateTargetGroupArn === undefined ? {} : { advancedConfiguration }),
  };
}

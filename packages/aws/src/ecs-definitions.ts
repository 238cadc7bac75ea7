import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { EcsClients, EcsPort } from './ecs-port.js';
import { readTaskDefinition } from './ecs-views.js';
import { awsErrorName, fromAws } from './errors.js';

/** definitionCalls are the calls on task definitions. */
export function definitionCalls({ usual }: EcsClients): Pick<EcsPort, 'taskDefinition'> {
  return {
    taskDefinition: async (reference) => {
      try {
        const answer = await usual.send(new DescribeTaskDefinitionCommand({ taskDefinition: reference }));
        return readTaskDefinition(answer.taskDefinition);
      } catch (error) {
        // ECS has no exception of its own for this: "Unable to describe task definition."
        if (awsErrorName(error) === 'ClientException') return undefined;
        throw fromAws('ecs:DescribeTaskDefinition', error);
      }
    },
  };
}

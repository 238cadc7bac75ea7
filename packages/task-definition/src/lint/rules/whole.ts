import { api, containersOfTask, cpuUnits, guide, memoryMiB, repeated, type Rule } from '../rule.js';
import type { Task } from '../task.js';

/** ECS's limit of a task definition (service quotas of ECS). */
const MOST_BYTES = 64 * 1024;
const ROLE = /^(?:arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+|[\w+=,.@-]{1,64})$/;
const MOST_TAGS = 50;

/** WHOLE_RULES are about the task definition as a whole. */
export const WHOLE_RULES: readonly Rule[] = [
  {
    code: 'family-name',
    severity: 'error',
    says: 'A family has 1 to 255 letters, digits, hyphens and underscores.',
    link: api('RegisterTaskDefinition'),
    *check({ family }) {
      if (family !== undefined && !/^[A-Za-z0-9_-]{1,255}$/.test(family)) {
        yield { path: ['family'], message: "a family has 1 to 255 letters, digits, '-' and '_'" };
      }
    },
  },
  {
    code: 'size-limit',
    severity: 'error',
    says: 'A task definition has at most 64 KB.',
    link: guide('service-quotas'),
    *check(task) {
      const bytes = Buffer.byteLength(JSON.stringify(task));
      if (bytes > MOST_BYTES)
        yield { path: [], message: `the definition has ${bytes} bytes, and ECS takes ${MOST_BYTES}` };
    },
  },
  {
    code: 'no-container',
    severity: 'error',
    says: 'There is at least one container.',
    link: api('RegisterTaskDefinition'),
    *check({ containerDefinitions }) {
      if (containerDefinitions?.length === 0)
        yield { path: ['containerDefinitions'], message: 'there is no container' };
    },
  },
  {
    code: 'no-essential-container',
    severity: 'error',
    says: 'At least one container is essential.',
    link: guide('task_definition_parameters'),
    *check({ containerDefinitions = [] }) {
      if (containerDefinitions.length > 0 && containerDefinitions.every(({ essential }) => essential === false)) {
        yield {
          path: ['containerDefinitions'],
          message: "no container is essential: leave 'essential' out of one of them",
        };
      }
    },
  },
  {
    code: 'task-cpu',
    severity: 'error',
    says: "A task's cpu is from 128 to 196608 units, or as many vCPUs with their unit.",
    link: api('RegisterTaskDefinition'),
    *check({ cpu }) {
      const units = cpu === undefined ? undefined : cpuUnits(cpu);
      if (cpu !== undefined && !(units !== undefined && units >= 128 && units <= 196_608)) {
        yield { path: ['cpu'], message: 'expected 128 to 196608 CPU units, for example "256" or ".25 vCPU"' };
      }
    },
  },
  {
    code: 'task-memory',
    severity: 'error',
    says: "A task's memory is in MiB, or in GB with their unit.",
    link: api('RegisterTaskDefinition'),
    *check({ memory }) {
      if (memory !== undefined && !((memoryMiB(memory) ?? 0) > 0)) {
        yield { path: ['memory'], message: 'expected MiB or GB, for example "512" or "1 GB"' };
      }
    },
  },
  {
    code: 'role-form',
    severity: 'error',
    says: "A role is an IAM role's ARN, or its name.",
    link: api('RegisterTaskDefinition'),
    *check(task) {
      for (const member of ['taskRoleArn', 'executionRoleArn'] as const) {
        const role = task[member];
        if (role !== undefined && !ROLE.test(role)) {
          yield { path: [member], message: 'expected the ARN or the name of an IAM role' };
        }
      }
    },
  },
  {
    code: 'tags',
    severity: 'error',
    says: 'There are at most 50 tags, each key once, of at most 128 characters (values 256), and none begins with aws:.',
    link: api('Tag'),
    *check({ tags = [] }) {
      if (tags.length > MOST_TAGS)
        yield { path: ['tags'], message: `there are ${tags.length} tags, and ECS takes ${MOST_TAGS}` };
      for (const index of repeated(tags.map(({ key }) => key))) {
        yield { path: ['tags', index, 'key'], message: 'this key stands above already' };
      }
      for (const [index, { key = '', value = '' }] of tags.entries()) {
        if (key === '' || key.length > 128)
          yield { path: ['tags', index, 'key'], message: 'a key has 1 to 128 characters' };
        if (/^aws:/i.test(key))
          yield { path: ['tags', index, 'key'], message: "keys that begin with 'aws:' are AWS's own" };
        if (value.length > 256) yield { path: ['tags', index, 'value'], message: 'a value has at most 256 characters' };
      }
    },
  },
  {
    code: 'placement-constraints',
    severity: 'error',
    says: 'There are at most ten placement constraints, each with an expression.',
    link: api('TaskDefinitionPlacementConstraint'),
    *check({ placementConstraints = [] }) {
      if (placementConstraints.length > 10) yield { path: ['placementConstraints'], message: 'ECS takes ten at most' };
      for (const [index, { expression }] of placementConstraints.entries()) {
        if (!expression) yield { path: ['placementConstraints', index], message: "'memberOf' needs an 'expression'" };
      }
    },
  },
  {
    code: 'proxy-container',
    severity: 'error',
    says: 'The proxy is a container of the task.',
    link: api('ProxyConfiguration'),
    *check(task) {
      const name = task.proxyConfiguration?.containerName;
      if (name !== undefined && !names(task).includes(name)) {
        yield {
          path: ['proxyConfiguration', 'containerName'],
          message: `no container is called so; there are ${names(task).join(', ')}`,
        };
      }
    },
  },
];

function names(task: Task): readonly (string | undefined)[] {
  return containersOfTask(task).map(({ container }) => container.name);
}

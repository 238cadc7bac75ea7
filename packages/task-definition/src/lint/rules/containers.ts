import { parseImageReference } from '@slipway/core';
import type { Path } from '../../json.js';
import { api, containersOfTask, forContainers, guide, memoryMiB, repeated, type Broken, type Rule } from '../rule.js';
import type { Container, HealthCheck } from '../task.js';

/** By member: from and to, in seconds or times (API reference, HealthCheck). */
const HEALTH_RANGES: readonly (readonly [
  keyof HealthCheck & ('interval' | 'timeout' | 'retries' | 'startPeriod'),
  number,
  number,
])[] = [
  ['interval', 5, 300],
  ['timeout', 2, 60],
  ['retries', 1, 10],
  ['startPeriod', 0, 300],
];

/** CONTAINER_RULES are about what a container is and how it starts, lives and stops. */
export const CONTAINER_RULES: readonly Rule[] = [
  {
    code: 'container-name',
    severity: 'error',
    says: 'A container has a name, of 1 to 255 letters, digits, hyphens and underscores.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ name }, path) {
      if (name === undefined) yield { path, message: "the container has no 'name'" };
      else if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
        yield { path: [...path, 'name'], message: "expected letters, digits, '-' and '_'" };
    }),
  },
  {
    code: 'container-name-twice',
    severity: 'error',
    says: 'No two containers of a task have one name.',
    link: api('ContainerDefinition'),
    *check(task) {
      const containers = containersOfTask(task);
      for (const index of repeated(containers.map(({ container }) => container.name))) {
        yield { path: ['containerDefinitions', index, 'name'], message: 'another container is called so' };
      }
    },
  },
  {
    code: 'image-form',
    severity: 'error',
    says: 'A container has an image, written repository:tag or repository@sha256:….',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ image }, path) {
      if (image === undefined) yield { path, message: "the container has no 'image'" };
      else if (!isReference(image))
        yield {
          path: [...path, 'image'],
          message: 'expected repository:tag or repository@sha256:… with 64 hexadecimal digits',
        };
    }),
  },
  {
    code: 'mutable-tag',
    severity: 'warning',
    says: 'An image is pinned by its digest; a tag can come to mean another image, so that two tasks of one revision differ.',
    link: guide('task_definition_parameters'),
    check: forContainers(function* ({ image }, path) {
      if (image !== undefined && isReference(image) && !image.includes('@sha256:')) {
        yield { path: [...path, 'image'], message: 'the image is named by a tag, which can move; pin it by digest' };
      }
    }),
  },
  {
    code: 'container-memory-missing',
    severity: 'error',
    says: 'Without memory of the task, each container has memory or memoryReservation.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ memory, memoryReservation }, path, task) {
      if (task.memory === undefined && memory === undefined && memoryReservation === undefined) {
        yield { path, message: "give 'memory' or 'memoryReservation' here, or 'memory' of the task" };
      }
    }),
  },
  {
    code: 'container-memory-least',
    severity: 'error',
    says: 'A container’s memory is at least 6 MiB.',
    link: api('ContainerDefinition'),
    check: forContainers(function* (container, path) {
      for (const member of ['memory', 'memoryReservation'] as const) {
        const mib = container[member];
        if (mib !== undefined && mib < 6) yield { path: [...path, member], message: 'expected at least 6 MiB' };
      }
    }),
  },
  {
    code: 'memory-reservation',
    severity: 'error',
    says: 'A container’s memory is greater than its memoryReservation.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ memory, memoryReservation }, path) {
      if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation) {
        yield {
          path: [...path, 'memoryReservation'],
          message: `it is more than the container's memory, ${memory} MiB`,
        };
      }
    }),
  },
  {
    code: 'container-memory-sum',
    severity: 'error',
    says: 'No container has more memory than the task, and what all reserve fits into it.',
    link: api('ContainerDefinition'),
    *check(task) {
      const whole = memoryMiB(task.memory ?? '');
      if (whole === undefined) return;
      for (const { container, path } of containersOfTask(task)) {
        if ((container.memory ?? 0) > whole) yield { path: [...path, 'memory'], message: `the task has ${whole} MiB` };
      }
      const reserved = sum(
        containersOfTask(task).map(({ container }) => container.memoryReservation ?? container.memory),
      );
      if (reserved > whole)
        yield { path: ['memory'], message: `the containers reserve ${reserved} MiB, and the task has ${whole}` };
    },
  },
  {
    code: 'container-cpu-sum',
    severity: 'error',
    says: 'What the containers reserve of cpu fits into the task’s.',
    link: api('ContainerDefinition'),
    *check(task) {
      const whole = Number(/^\d+$/.test(task.cpu ?? '') ? task.cpu : Number.NaN);
      const reserved = sum(containersOfTask(task).map(({ container }) => container.cpu));
      if (reserved > whole)
        yield { path: ['cpu'], message: `the containers reserve ${reserved} CPU units, and the task has ${whole}` };
    },
  },
  {
    code: 'health-check-command',
    severity: 'error',
    says: "A health check's command begins with CMD and a program, or CMD-SHELL and a line, or is NONE.",
    link: api('HealthCheck'),
    check: forContainers(function* ({ healthCheck }, path) {
      const command = healthCheck?.command;
      if (!command) return;
      const isRight =
        command[0] === 'NONE'
          ? command.length === 1
          : ['CMD', 'CMD-SHELL'].includes(command[0] ?? '') && command.length > 1;
      const isShell = command[0] === 'CMD-SHELL' && command.length > 2;
      if (!isRight)
        yield {
          path: [...path, 'healthCheck', 'command'],
          message: 'expected ["CMD-SHELL", "a line"], ["CMD", "a program", …] or ["NONE"]',
        };
      else if (isShell)
        yield {
          path: [...path, 'healthCheck', 'command'],
          message: 'after CMD-SHELL stands one text, the whole line; the others would be left out',
        };
    }),
  },
  {
    code: 'health-check-range',
    severity: 'error',
    says: 'A health check’s interval is 5 to 300 s, its timeout 2 to 60 s, its retries 1 to 10, its startPeriod 0 to 300 s.',
    link: api('HealthCheck'),
    check: forContainers(function* ({ healthCheck }, path) {
      for (const [member, from, to] of HEALTH_RANGES) {
        const value = healthCheck?.[member];
        if (value !== undefined && !(value >= from && value <= to)) {
          yield { path: [...path, 'healthCheck', member], message: `expected ${from} to ${to}` };
        }
      }
    }),
  },
  {
    code: 'restart-policy',
    severity: 'error',
    says: 'A restart policy waits 60 to 1800 s and ignores at most 50 exit codes.',
    link: api('ContainerRestartPolicy'),
    check: forContainers(function* ({ restartPolicy }, path) {
      const seconds = restartPolicy?.restartAttemptPeriod;
      if (seconds !== undefined && !(seconds >= 60 && seconds <= 1800)) {
        yield { path: [...path, 'restartPolicy', 'restartAttemptPeriod'], message: 'expected 60 to 1800 seconds' };
      }
      if ((restartPolicy?.ignoredExitCodes?.length ?? 0) > 50) {
        yield { path: [...path, 'restartPolicy', 'ignoredExitCodes'], message: 'ECS takes 50 at most' };
      }
    }),
  },
  {
    code: 'stop-timeout',
    severity: 'error',
    says: 'startTimeout and stopTimeout are no negative numbers.',
    link: api('ContainerDefinition'),
    check: forContainers(function* (container, path) {
      for (const member of ['startTimeout', 'stopTimeout'] as const) {
        if ((container[member] ?? 0) < 0) yield { path: [...path, member], message: 'expected seconds, from 0' };
      }
    }),
  },
  {
    code: 'ulimit',
    severity: 'error',
    says: 'A resource limit stands once, and its soft limit is at most its hard limit.',
    link: api('Ulimit'),
    check: forContainers(function* ({ ulimits = [] }, path) {
      for (const index of repeated(ulimits.map(({ name }) => name))) {
        yield { path: [...path, 'ulimits', index, 'name'], message: 'this limit stands above already' };
      }
      for (const [index, { softLimit, hardLimit }] of ulimits.entries()) {
        // -1 is no limit.
        if (
          softLimit !== undefined &&
          hardLimit !== undefined &&
          hardLimit !== -1 &&
          (softLimit > hardLimit || softLimit === -1)
        ) {
          yield {
            path: [...path, 'ulimits', index, 'softLimit'],
            message: `it is more than the hard limit, ${hardLimit}`,
          };
        }
      }
    }),
  },
  {
    code: 'linux-memory',
    severity: 'error',
    says: 'swappiness is 0 to 100 and needs maxSwap; maxSwap is not negative; a tmpfs has an absolute path and a size.',
    link: api('LinuxParameters'),
    check: forContainers(linuxMemory),
  },
  {
    code: 'gpu',
    severity: 'error',
    says: 'A GPU requirement has either a value, a number or ALL, or a sharing strategy; a Neuron device has ALL.',
    link: api('ResourceRequirement'),
    check: forContainers(function* ({ resourceRequirements = [] }, path) {
      for (const [index, { type, value, sharingStrategy }] of resourceRequirements.entries()) {
        const place = [...path, 'resourceRequirements', index];
        if (type === 'GPU' && (value === undefined) === (sharingStrategy === undefined)) {
          yield { path: place, message: "a GPU has either a 'value' or a 'sharingStrategy'" };
        } else if (type === 'GPU' && value !== undefined && !/^(?:[1-9]\d*|ALL)$/.test(value)) {
          yield { path: [...place, 'value'], message: 'expected a number of GPUs, or ALL' };
        } else if (type === 'NeuronDevice' && value !== 'ALL') {
          yield { path: [...place, 'value'], message: 'expected ALL' };
        }
      }
    }),
  },
  {
    code: 'accelerator-unknown',
    severity: 'error',
    says: 'An inference accelerator that a container asks for is one of the task.',
    link: api('ResourceRequirement'),
    check: forContainers(function* ({ resourceRequirements = [] }, path, { inferenceAccelerators = [] }) {
      for (const [index, { type, value }] of resourceRequirements.entries()) {
        if (type !== 'InferenceAccelerator' || inferenceAccelerators.some(({ deviceName }) => deviceName === value))
          continue;
        yield {
          path: [...path, 'resourceRequirements', index, 'value'],
          message: "no accelerator of the task has this 'deviceName'",
        };
      }
    }),
  },
];

function isReference(image: string): boolean {
  try {
    // ECS hands the text to the engine, which takes upper-case digits of a digest for the same.
    parseImageReference(image.replace(/@sha256:[0-9a-fA-F]{64}$/, (digest) => digest.toLowerCase()));
    return true;
  } catch {
    return false;
  }
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((all, each) => all + (each ?? 0), 0);
}

function* linuxMemory({ linuxParameters }: Container, path: Path): Iterable<Broken> {
  const { swappiness, maxSwap, sharedMemorySize, tmpfs = [] } = linuxParameters ?? {};
  const place = [...path, 'linuxParameters'];
  if (swappiness !== undefined && !(swappiness >= 0 && swappiness <= 100))
    yield { path: [...place, 'swappiness'], message: 'expected 0 to 100' };
  else if (swappiness !== undefined && maxSwap === undefined)
    yield { path: [...place, 'swappiness'], message: "it needs 'maxSwap'" };
  if ((maxSwap ?? 0) < 0) yield { path: [...place, 'maxSwap'], message: 'expected MiB, from 0' };
  if (sharedMemorySize !== undefined && sharedMemorySize < 1)
    yield { path: [...place, 'sharedMemorySize'], message: 'expected MiB, from 1' };
  for (const [index, { containerPath, size }] of tmpfs.entries()) {
    if (containerPath !== undefined && !containerPath.startsWith('/'))
      yield { path: [...place, 'tmpfs', index, 'containerPath'], message: 'expected an absolute path' };
    if (size !== undefined && size < 1)
      yield { path: [...place, 'tmpfs', index, 'size'], message: 'expected MiB, from 1' };
  }
}

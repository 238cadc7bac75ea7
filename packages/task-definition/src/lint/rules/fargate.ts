import type { Path } from '../../json.js';
import {
  api,
  containersOfTask,
  cpuUnits,
  guide,
  memoryMiB,
  runsOnFargate,
  runsOnWindows,
  type Broken,
  type Rule,
} from '../rule.js';
import type { Container, Task } from '../task.js';

/** Memory in MiB by CPU units: from, to, and the step between (API reference, RegisterTaskDefinition, memory). */
const SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, range(1024, 4096, 1024)],
  [1024, range(2048, 8192, 1024)],
  [2048, range(4096, 16_384, 1024)],
  [4096, range(8192, 30_720, 1024)],
  [8192, range(16_384, 61_440, 4096)],
  [16_384, range(32_768, 122_880, 8192)],
]);

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}

const DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];

/** onFargate makes a check that holds for Fargate alone. */
function onFargate(check: (task: Task) => Iterable<Broken>): Rule['check'] {
  return (task) => (runsOnFargate(task) ? check(task) : []);
}

function inContainers(check: (container: Container, path: Path) => Iterable<Broken>): Rule['check'] {
  return onFargate((task) => containersOfTask(task).flatMap(({ container, path }) => [...check(container, path)]));
}

/** FARGATE_RULES hold when requiresCompatibilities names FARGATE. */
export const FARGATE_RULES: readonly Rule[] = [
  {
    code: 'fargate-size-missing',
    severity: 'error',
    says: 'Fargate needs cpu and memory of the task.',
    link: api('RegisterTaskDefinition'),
    check: onFargate(function* (task) {
      for (const member of ['cpu', 'memory'] as const) {
        if (task[member] === undefined) yield { path: [member], message: `Fargate needs the task's '${member}'` };
      }
    }),
  },
  {
    code: 'fargate-size',
    severity: 'error',
    says: "Fargate has fixed pairs of a task's cpu and memory.",
    link: guide('task_definition_parameters'),
    check: onFargate(function* ({ cpu, memory }) {
      const [units, mib] = [cpuUnits(cpu ?? ''), memoryMiB(memory ?? '')];
      if (units === undefined || mib === undefined) return;
      const sizes = SIZES.get(units);
      if (!sizes) yield { path: ['cpu'], message: `Fargate has ${[...SIZES.keys()].join(', ')} CPU units` };
      else if (!sizes.includes(mib)) {
        yield { path: ['memory'], message: `with ${units} CPU units, Fargate has ${sizes.join(', ')} MiB` };
      }
    }),
  },
  {
    code: 'fargate-network-mode',
    severity: 'error',
    says: 'Fargate runs tasks in the network mode awsvpc.',
    link: api('RegisterTaskDefinition'),
    check: onFargate(function* ({ networkMode }) {
      if (networkMode !== 'awsvpc') yield { path: ['networkMode'], message: "Fargate needs the network mode 'awsvpc'" };
    }),
  },
  {
    code: 'fargate-log-driver',
    severity: 'error',
    says: 'Fargate has the log drivers awslogs, splunk and awsfirelens.',
    link: api('LogConfiguration'),
    check: inContainers(function* ({ logConfiguration }, path) {
      const driver = logConfiguration?.logDriver;
      if (driver !== undefined && !DRIVERS.includes(driver)) {
        yield { path: [...path, 'logConfiguration', 'logDriver'], message: `Fargate has ${DRIVERS.join(', ')}` };
      }
    }),
  },
  {
    code: 'fargate-field',
    severity: 'error',
    says: 'Fargate has no privileged containers, Docker security options, links, DNS settings, devices, shared memory, swap, GPUs or placement constraints.',
    link: guide('fargate-tasks-services'),
    check: onFargate(function* (task) {
      for (const { container, path } of containersOfTask(task)) yield* notOnFargate(container, path);
      if (task.placementConstraints?.length)
        yield { path: ['placementConstraints'], message: 'Fargate takes no placement constraints' };
      if (task.inferenceAccelerators?.length)
        yield { path: ['inferenceAccelerators'], message: 'Fargate has no accelerators' };
    }),
  },
  {
    code: 'fargate-volume',
    severity: 'error',
    says: 'Fargate has no Docker volumes and no folders of the host.',
    link: guide('fargate-tasks-services'),
    check: onFargate(function* ({ volumes = [] }) {
      for (const [index, { host, dockerVolumeConfiguration }] of volumes.entries()) {
        if (dockerVolumeConfiguration)
          yield { path: ['volumes', index, 'dockerVolumeConfiguration'], message: 'Fargate has no Docker volumes' };
        if (host?.sourcePath)
          yield {
            path: ['volumes', index, 'host', 'sourcePath'],
            message: "Fargate gives no folder of the host; leave 'sourcePath' out",
          };
      }
    }),
  },
  {
    code: 'fargate-namespaces',
    severity: 'error',
    says: 'Fargate shares no IPC namespace, and of process namespaces the task’s own, on Linux.',
    link: api('RegisterTaskDefinition'),
    check: onFargate(function* (task) {
      if (task.ipcMode !== undefined) yield { path: ['ipcMode'], message: 'Fargate does not take it' };
      if (task.pidMode === undefined) return;
      if (task.pidMode !== 'task' || runsOnWindows(task))
        yield { path: ['pidMode'], message: "Fargate has 'task', for Linux containers" };
    }),
  },
  {
    code: 'fargate-timeout',
    severity: 'error',
    says: 'On Fargate, startTimeout and stopTimeout are from 2 to 120 seconds.',
    link: api('ContainerDefinition'),
    check: inContainers(function* (container, path) {
      for (const member of ['startTimeout', 'stopTimeout'] as const) {
        const seconds = container[member];
        if (seconds !== undefined && !(seconds >= 2 && seconds <= 120)) {
          yield { path: [...path, member], message: 'Fargate takes 2 to 120 seconds' };
        }
      }
    }),
  },
  {
    code: 'fargate-ulimit',
    severity: 'error',
    says: 'On Fargate, nofile is the only resource limit that can be set.',
    link: api('Ulimit'),
    check: inContainers(function* ({ ulimits = [] }, path) {
      for (const [index, { name }] of ulimits.entries()) {
        if (name !== undefined && name !== 'nofile')
          yield { path: [...path, 'ulimits', index, 'name'], message: "Fargate takes 'nofile' alone" };
      }
    }),
  },
  {
    code: 'fargate-firelens-file',
    severity: 'error',
    says: "On Fargate, a log router's own configuration is a file of its image.",
    link: api('FirelensConfiguration'),
    check: inContainers(function* ({ firelensConfiguration }, path) {
      if (firelensConfiguration?.options?.['config-file-type'] === 's3') {
        yield {
          path: [...path, 'firelensConfiguration', 'options', 'config-file-type'],
          message: "Fargate takes 'file' alone",
        };
      }
    }),
  },
  {
    code: 'ephemeral-storage',
    severity: 'error',
    says: 'Ephemeral storage is from 21 to 200 GiB.',
    link: api('EphemeralStorage'),
    *check({ ephemeralStorage }) {
      const size = ephemeralStorage?.sizeInGiB;
      if (size !== undefined && !(size >= 21 && size <= 200)) {
        yield { path: ['ephemeralStorage', 'sizeInGiB'], message: 'expected 21 to 200 GiB; without it a task has 20' };
      }
    },
  },
];

function* notOnFargate(container: Container, path: Path): Iterable<Broken> {
  if (container.privileged) yield { path: [...path, 'privileged'], message: 'Fargate runs no privileged container' };
  if (container.disableNetworking) yield { path: [...path, 'disableNetworking'], message: 'Fargate does not take it' };
  for (const member of ['dockerSecurityOptions', 'links', 'dnsServers', 'dnsSearchDomains'] as const) {
    if (container[member]?.length) yield { path: [...path, member], message: 'Fargate does not take it' };
  }
  for (const member of ['devices', 'sharedMemorySize', 'maxSwap', 'swappiness'] as const) {
    const value = container.linuxParameters?.[member];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
    if (isGiven) yield { path: [...path, 'linuxParameters', member], message: 'Fargate does not take it' };
  }
  if (container.resourceRequirements?.length)
    yield { path: [...path, 'resourceRequirements'], message: 'Fargate has no GPUs' };
}

import type { Path } from '../../json.js';
import {
  api,
  containersOfTask,
  cpuUnits,
  forContainers,
  guide,
  repeated,
  runsOnFargate,
  runsOnWindows,
  type Broken,
  type Rule,
} from '../rule.js';
import type { Container, Task } from '../task.js';

/** The namespaces that a container has of its own (API reference, SystemControl). */
const NAMESPACED =
  /^(?:kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+|net\..+)$/;

/** PLATFORM_RULES are about the operating system, and about where logs go. */
export const PLATFORM_RULES: readonly Rule[] = [
  {
    code: 'windows-field',
    severity: 'error',
    says: 'Windows containers have no Linux parameters, resource limits, user, privileges, links, DNS settings or read-only root.',
    link: guide('windows_task_definitions'),
    check: forContainers(function* (container, path, task) {
      if (runsOnWindows(task)) yield* notOnWindows(container, path);
    }),
  },
  {
    code: 'windows-task',
    severity: 'error',
    says: 'Windows tasks share no process or IPC namespaces, are of X86_64, and have on Fargate at least 1 vCPU.',
    link: guide('windows_task_definitions'),
    *check(task) {
      if (!runsOnWindows(task)) return;
      for (const member of ['pidMode', 'ipcMode'] as const) {
        if (task[member] !== undefined) yield { path: [member], message: 'Windows containers do not take it' };
      }
      if (task.runtimePlatform?.cpuArchitecture === 'ARM64')
        yield { path: ['runtimePlatform', 'cpuArchitecture'], message: 'Windows containers are of X86_64' };
      if (runsOnFargate(task) && (cpuUnits(task.cpu ?? '') ?? 1024) < 1024)
        yield { path: ['cpu'], message: 'Windows on Fargate needs at least 1024 units' };
    },
  },
  {
    code: 'linux-credential-specs',
    severity: 'error',
    says: 'A container has one credential spec at most, written credentialspec:ARN or credentialspecdomainless:ARN.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ credentialSpecs = [] }, path) {
      if (credentialSpecs.length > 1) yield { path: [...path, 'credentialSpecs'], message: 'ECS takes one at most' };
      for (const [index, spec] of credentialSpecs.entries()) {
        if (!/^credentialspec(?:domainless)?:./.test(spec))
          yield {
            path: [...path, 'credentialSpecs', index],
            message: 'expected credentialspec:ARN or credentialspecdomainless:ARN',
          };
      }
    }),
  },
  {
    code: 'awslogs-options',
    severity: 'error',
    says: 'The driver awslogs needs awslogs-group and awslogs-region, and on Fargate awslogs-stream-prefix.',
    link: api('LogConfiguration'),
    check: forContainers(function* ({ logConfiguration }, path, task) {
      if (logConfiguration?.logDriver !== 'awslogs') return;
      const needed = ['awslogs-group', 'awslogs-region', ...(runsOnFargate(task) ? ['awslogs-stream-prefix'] : [])];
      const given = [
        ...Object.keys(logConfiguration.options ?? {}),
        ...(logConfiguration.secretOptions ?? []).map(({ name }) => name),
      ];
      for (const name of needed.filter((each) => !given.includes(each))) {
        yield { path: [...path, 'logConfiguration'], message: `the option '${name}' is missing` };
      }
    }),
  },
  {
    code: 'firelens-router',
    severity: 'error',
    says: 'The driver awsfirelens needs one container of the task with firelensConfiguration, and there is one at most.',
    link: guide('using_firelens'),
    *check(task) {
      const containers = containersOfTask(task);
      const routers = containers.filter(({ container }) => container.firelensConfiguration !== undefined);
      for (const { path } of routers.slice(1))
        yield { path: [...path, 'firelensConfiguration'], message: 'another container routes the logs already' };
      for (const { container, path } of routers.length === 0 ? containers : []) {
        if (container.logConfiguration?.logDriver === 'awsfirelens')
          yield { path: [...path, 'logConfiguration'], message: "no container has 'firelensConfiguration'" };
      }
    },
  },
  {
    code: 'firelens-own-logs',
    severity: 'error',
    says: 'The log router does not send its own logs to itself.',
    link: guide('using_firelens'),
    check: forContainers(function* ({ firelensConfiguration, logConfiguration }, path) {
      if (firelensConfiguration && logConfiguration?.logDriver === 'awsfirelens') {
        yield {
          path: [...path, 'logConfiguration', 'logDriver'],
          message: 'this container is the router: give it another driver',
        };
      }
    }),
  },
  {
    code: 'system-control',
    severity: 'error',
    says: 'A kernel parameter is one that a container has of its own, stands once, and is none of a shared namespace.',
    link: api('SystemControl'),
    check: forContainers(function* ({ systemControls = [] }, path, task) {
      for (const index of repeated(systemControls.map(({ namespace }) => namespace))) {
        yield { path: [...path, 'systemControls', index, 'namespace'], message: 'this parameter stands above already' };
      }
      for (const [index, { namespace = '' }] of systemControls.entries()) {
        const why = wrongParameter(namespace, task);
        if (why) yield { path: [...path, 'systemControls', index, 'namespace'], message: why };
      }
    }),
  },
];

function wrongParameter(namespace: string, { ipcMode, networkMode }: Task): string | undefined {
  if (!NAMESPACED.test(namespace)) return 'a container has no parameter of this name of its own';
  if (networkMode === 'host' && namespace.startsWith('net.')) return "in the mode 'host' the network is the host's";
  return ipcMode === 'host' && !namespace.startsWith('net.') ? "with ipcMode 'host' it is the host's" : undefined;
}

function* notOnWindows(container: Container, path: Path): Iterable<Broken> {
  const given: Readonly<Record<string, boolean>> = {
    linuxParameters: container.linuxParameters !== undefined,
    ulimits: (container.ulimits ?? []).length > 0,
    user: container.user !== undefined,
    privileged: container.privileged === true,
    readonlyRootFilesystem: container.readonlyRootFilesystem === true,
    links: (container.links ?? []).length > 0,
    dnsServers: (container.dnsServers ?? []).length > 0,
    dnsSearchDomains: (container.dnsSearchDomains ?? []).length > 0,
    extraHosts: (container.extraHosts ?? []).length > 0,
    disableNetworking: container.disableNetworking === true,
  };
  for (const [member, isGiven] of Object.entries(given)) {
    if (isGiven) yield { path: [...path, member], message: 'Windows containers do not take it' };
  }
}

import type { Path } from '../../json.js';
import { api, containersOfTask, forContainers, guide, repeated, type Broken, type Rule } from '../rule.js';
import type { PortMapping, Task } from '../task.js';

interface PlacedPort {
  readonly port: PortMapping;
  readonly path: Path;
}

function portsOf(task: Task): readonly PlacedPort[] {
  return containersOfTask(task).flatMap(({ container, path }) =>
    (container.portMappings ?? []).map((port, index) => ({ port, path: [...path, 'portMappings', index] })),
  );
}

/** forPorts makes a check of one port a check of all. */
function forPorts(check: (placed: PlacedPort, task: Task) => Iterable<Broken>): Rule['check'] {
  return (task) => portsOf(task).flatMap((placed) => [...check(placed, task)]);
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

/** In these modes the containers of a task share one network, so that ports of the container are ports of the task. */
const sharesNetwork = (task: Task): boolean => task.networkMode === 'awsvpc' || task.networkMode === 'host';

/** PORT_RULES are about ports and networks. */
export const PORT_RULES: readonly Rule[] = [
  {
    code: 'port-range',
    severity: 'error',
    says: 'A container port is from 1 to 65535, a host port from 0, which leaves it to ECS.',
    link: api('PortMapping'),
    check: forPorts(function* ({ port: { containerPort, hostPort }, path }) {
      if (containerPort !== undefined && !isPort(containerPort))
        yield { path: [...path, 'containerPort'], message: 'expected 1 to 65535' };
      if (hostPort !== undefined && hostPort !== 0 && !isPort(hostPort))
        yield { path: [...path, 'hostPort'], message: 'expected 0 to 65535' };
    }),
  },
  {
    code: 'port-missing',
    severity: 'error',
    says: 'A port mapping has a containerPort or a containerPortRange, and not both.',
    link: api('PortMapping'),
    check: forPorts(function* ({ port: { containerPort, containerPortRange }, path }) {
      if ((containerPort === undefined) === (containerPortRange === undefined)) {
        yield { path, message: "give 'containerPort' or 'containerPortRange', one of them" };
      }
    }),
  },
  {
    code: 'port-range-form',
    severity: 'error',
    says: 'A containerPortRange is two ports with a hyphen, without a host port, in the modes bridge and awsvpc.',
    link: api('PortMapping'),
    check: forPorts(function* ({ port: { containerPortRange: ports, hostPort }, path }, { networkMode = 'bridge' }) {
      if (ports === undefined) return;
      const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(ports)?.map(Number) ?? [];
      if (!(from && to && isPort(from) && isPort(to) && from <= to)) {
        yield { path: [...path, 'containerPortRange'], message: 'expected two ports, for example "8000-8010"' };
      }
      if (hostPort !== undefined) yield { path: [...path, 'hostPort'], message: 'a range has no host port' };
      if (networkMode !== 'bridge' && networkMode !== 'awsvpc') {
        yield { path: [...path, 'containerPortRange'], message: "ranges need the network mode 'bridge' or 'awsvpc'" };
      }
    }),
  },
  {
    code: 'host-port-differs',
    severity: 'error',
    says: 'In the modes awsvpc and host, a host port is absent or the container port.',
    link: api('PortMapping'),
    check: forPorts(function* ({ port: { containerPort, hostPort }, path }, task) {
      if (!sharesNetwork(task) || !hostPort || containerPort === undefined || hostPort === containerPort) return;
      yield {
        path: [...path, 'hostPort'],
        message: `in the mode '${task.networkMode}' it has to be ${containerPort}, or absent`,
      };
    }),
  },
  {
    code: 'container-port-twice',
    severity: 'error',
    says: 'In the modes awsvpc and host, no two containers of a task listen on one port.',
    link: guide('task-networking-awsvpc'),
    *check(task) {
      if (!sharesNetwork(task)) return;
      const ports = portsOf(task);
      const keys = ports.map(({ port }) =>
        port.containerPort === undefined ? undefined : `${port.containerPort}/${port.protocol ?? 'tcp'}`,
      );
      for (const index of repeated(keys)) {
        yield {
          path: [...(ports[index]?.path ?? []), 'containerPort'],
          message: 'this port and protocol stand above already',
        };
      }
    },
  },
  {
    code: 'host-port-twice',
    severity: 'error',
    says: 'No two ports of a task take one port of the host.',
    link: api('PortMapping'),
    *check(task) {
      if (sharesNetwork(task)) return;
      const ports = portsOf(task);
      const keys = ports.map(({ port }) => (port.hostPort ? `${port.hostPort}/${port.protocol ?? 'tcp'}` : undefined));
      for (const index of repeated(keys)) {
        yield {
          path: [...(ports[index]?.path ?? []), 'hostPort'],
          message: 'this port of the host stands above already',
        };
      }
    },
  },
  {
    code: 'port-name',
    severity: 'error',
    says: 'A port’s name has up to 64 lower-case letters, digits, hyphens and underscores, begins with no hyphen, and stands once in a task.',
    link: api('PortMapping'),
    *check(task) {
      const ports = portsOf(task);
      for (const { port, path } of ports) {
        if (port.name !== undefined && !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(port.name)) {
          yield {
            path: [...path, 'name'],
            message: "expected up to 64 lower-case letters, digits, '-' and '_', and no '-' first",
          };
        }
      }
      for (const index of repeated(ports.map(({ port }) => port.name))) {
        yield { path: [...(ports[index]?.path ?? []), 'name'], message: 'another port of the task is called so' };
      }
    },
  },
  {
    code: 'ports-without-network',
    severity: 'error',
    says: 'In the network mode none there are no ports.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ portMappings }, path, { networkMode }) {
      if (networkMode === 'none' && portMappings?.length)
        yield { path: [...path, 'portMappings'], message: "the mode 'none' has no ports" };
    }),
  },
  {
    code: 'links-mode',
    severity: 'error',
    says: 'Links need the network mode bridge.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ links }, path, { networkMode = 'bridge' }) {
      if (links?.length && networkMode !== 'bridge')
        yield { path: [...path, 'links'], message: "links need the mode 'bridge'" };
    }),
  },
  {
    code: 'links-unknown',
    severity: 'error',
    says: 'A link names another container of the task.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ links = [], name }, path, task) {
      const others = containersOfTask(task).map(({ container }) => container.name);
      for (const [index, link] of links.entries()) {
        const linked = link.split(':')[0];
        if (linked === name || !others.includes(linked))
          yield { path: [...path, 'links', index], message: 'no other container is called so' };
      }
    }),
  },
  {
    code: 'awsvpc-field',
    severity: 'error',
    says: 'In the network mode awsvpc a container has no host name and no extra hosts of its own.',
    link: guide('task-networking-awsvpc'),
    check: forContainers(function* (container, path, { networkMode }) {
      if (networkMode !== 'awsvpc') return;
      const given = {
        hostname: container.hostname !== undefined,
        extraHosts: (container.extraHosts ?? []).length > 0,
      };
      for (const [member, isGiven] of Object.entries(given)) {
        if (isGiven) yield { path: [...path, member], message: "the mode 'awsvpc' does not take it" };
      }
    }),
  },
];

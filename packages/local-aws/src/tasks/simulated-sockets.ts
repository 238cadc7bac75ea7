import { randomInt } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { TaskStartError, type ContainerRequest } from './task-engine.js';

/** TaskSockets is where a simulated task answers. */
export interface TaskSockets {
  readonly ip: string;
  /** Requests in flight are finished, as a well-behaved service does on SIGTERM; idle connections are closed at once. */
  close(): Promise<void>;
}

/** Another simulated task, perhaps of another process, may hold the address: the next draw finds a free one. */
const ADDRESS_DRAWS = 20;

/** openTaskSockets listens on every port of a task's containers, on a loopback address of its own. */
export async function openTaskSockets(
  containers: readonly ContainerRequest[],
  listenerOf: (container: ContainerRequest) => RequestListener,
): Promise<TaskSockets> {
  for (let draw = 1; ; draw += 1) {
    // From 127.16.0.0 on: 127.0.0.x is where people and load balancers listen.
    const ip = `127.${randomInt(16, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
    const servers: Server[] = [];
    const close = async (): Promise<void> => void (await Promise.all(servers.map(closeServer)));
    try {
      for (const container of containers) {
        for (const port of container.ports) servers.push(await listenOn(ip, port, listenerOf(container)));
      }
      return { ip, close };
    } catch (cause) {
      await close();
      if (draw === ADDRESS_DRAWS) throw new TaskStartError(`CannotStartContainerError: ${String(cause)}`);
    }
  }
}

function listenOn(host: string, port: number, listener: RequestListener): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

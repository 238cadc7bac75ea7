import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';

/** How long draining may take. */
export interface DrainLimits {
  /** Idle connections are kept open this long: a request may be on its way. */
  readonly idleMs: number;
  /** When this has passed, every connection is closed, answered or not. */
  readonly totalMs: number;
}

/**
 * A second is many round trips to a load balancer next door. In total below the 30 s after which Amazon ECS kills
 * the container (`stopTimeout`), with room for the last log line.
 */
export const DRAIN_LIMITS: DrainLimits = { idleMs: 1_000, totalMs: 25_000 };

/** Drain ends a server's connections without failing a request. */
export interface Drain {
  readonly started: boolean;
  /** Stops listening, answers what is in flight or still comes; resolves to how many requests got no answer. */
  run(limits: DrainLimits): Promise<number>;
}

/** drainable watches a server's connections from now on, so that they can be drained later. */
export function drainable(server: Server): Drain {
  const sockets = new Set<Socket>();
  const open = new Map<IncomingMessage, ServerResponse>();
  let started = false;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // Before the application's own listener, which may answer at once.
  server.prependListener('request', (request, response) => {
    open.set(request, response);
    if (started) response.setHeader('connection', 'close');
    response.once('close', () => {
      open.delete(request);
      // The headers of an answer under way at the signal had promised to keep the connection.
      if (started) request.socket.end();
    });
  });
  return {
    get started() {
      return started;
    },
    run: async (limits) => {
      started = true;
      for (const response of open.values()) if (!response.headersSent) response.setHeader('connection', 'close');
      let unanswered = 0;
      const closeIdle = setTimeout(() => {
        const busy = new Set([...open.keys()].map((request) => request.socket));
        for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
      }, limits.idleMs);
      const closeAll = setTimeout(() => {
        unanswered = open.size;
        for (const socket of sockets) socket.destroy();
      }, limits.totalMs);
      await closed(server);
      clearTimeout(closeIdle);
      clearTimeout(closeAll);
      return unanswered;
    },
  };
}

/** An http.Server's own close() resets idle connections at once, under the very request that a client is sending. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    TcpServer.prototype.close.call(server, () => resolve());
  });
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A loopback address that no other load balancer on this machine uses, as far as the system lets us know. */
export interface ClaimedAddress {
  readonly address: string;
  release(): Promise<void>;
}

/** Whoever holds this port of an address owns the address. Below the ephemeral ports, registered to nobody. */
const CLAIM_PORT = 29_127;
/** Sixteen million addresses: a second collision in a row means that addresses are not what is wrong. */
const ATTEMPTS = 16;
const EVERYWHERE = '127.0.0.1';

/**
 * claimAddress finds a loopback address for a load balancer: the one that follows from the seed, or the next that is
 * free. Where the system has one loopback address alone (macOS), load balancers share it and differ by port.
 */
export async function claimAddress(seed: string): Promise<ClaimedAddress> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const address = addressFor(`${seed}#${attempt}`);
    // Who knocks here has mistaken a claim for a service.
    const claim = createServer((socket) => socket.destroy());
    if (await tryListen(claim, address, CLAIM_PORT)) return { address, release: () => closeServer(claim) };
  }
  return { address: EVERYWHERE, release: () => Promise.resolve() };
}

/**
 * listenAt makes a server listen on a port of an address, or on any free port when that one cannot be had: taken, or
 * below 1024 without the right to it. It returns the port that it got.
 */
export async function listenAt(server: Server, address: string, port: number): Promise<number> {
  if (!(await tryListen(server, address, port)) && !(await tryListen(server, address, 0))) {
    throw new Error(`no port of ${address} can be listened on`);
  }
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : port;
}

async function tryListen(server: Server, host: string, port: number): Promise<boolean> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

/** 127.0.0.0/16 is left alone: systems put resolvers and the like there. */
function addressFor(seed: string): string {
  const hash = createHash('sha256').update(seed).digest();
  const [second = 0, third = 0, fourth = 0] = hash;
  return `127.${1 + (second % 254)}.${third}.${1 + (fourth % 254)}`;
}

import type { ServeLayout } from '@slipway/oci';
import { lastLine, type DockerPort } from '@slipway/process';
import type { ChosenBuilder } from './ask-builder.js';
import { engineArguments } from './builder.js';
import { loadFailed } from './errors.js';

/** An image to give to the engine, and the name that it gets there. */
export interface LoadOrder {
  readonly layout: string;
  readonly digest: string;
  readonly name: string;
  readonly chosen: ChosenBuilder;
  readonly signal: AbortSignal;
}

/** What loading reaches of the world. */
export interface LoadPorts {
  readonly docker: DockerPort;
  readonly serveLayout: ServeLayout;
}

/**
 * loadImage gives a layout's image to the engine under a name. The engine pulls it by its digest, so that what later
 * steps run are the layout's very bytes; of several platforms it takes its own.
 *
 * @throws SlipwayError BUILD_LOAD_FAILED
 */
export async function loadImage(ports: LoadPorts, order: LoadOrder): Promise<void> {
  const { name, signal, chosen } = order;
  // Only a builder of the engine itself is named like the Docker context of its engine.
  const engine = chosen.builder.driver === 'docker' ? engineArguments(chosen.builder) : [];
  const registry = await ports.serveLayout(order.layout);
  const reference = `${registry.repository}@${order.digest}`;
  const run = async (...args: string[]): Promise<void> => {
    const { exitCode, stderr } = await ports.docker({ args: [...engine, ...args], signal });
    if (exitCode !== 0) throw loadFailed(name, lastLine(stderr));
  };
  try {
    await run('pull', '--quiet', reference);
    await run('tag', reference, name);
    await run('image', 'rm', reference);
  } finally {
    await registry.close();
  }
}

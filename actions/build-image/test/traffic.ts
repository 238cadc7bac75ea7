import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collectImage, isDigest, layoutSource, OciLayout, pushImage, RegistryClient } from '@slipway/oci';
import { makeBuildScene, type BuildScene, type SceneBuild } from './build-scene.js';
import { startWatchedRegistry, type WatchedRegistry } from './watched-registry.js';

/** RecordingProxy lets nobody through, and remembers who was asked for. */
export interface RecordingProxy {
  /** What makes programs use it for every host but this machine's loopback address. */
  readonly environment: Readonly<Record<string, string>>;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** startRecordingProxy starts one on the loopback address. */
export async function startRecordingProxy(): Promise<RecordingProxy> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(403).end();
  });
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { HTTP_PROXY: address, HTTPS_PROXY: address },
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Traffic is a scene whose Dockerfile is FROM an image of a registry that remembers what it was asked. */
export interface Traffic {
  readonly registry: WatchedRegistry;
  readonly scene: BuildScene;
  /** The build that reads from the registry. */
  readonly fromRegistry: Required<Pick<SceneBuild, 'dockerfile'>>;
  close(): Promise<void>;
}

/** makeTraffic makes one; the image that the FROM names is built by the scene's own builder. */
export async function makeTraffic(all: Omit<SceneBuild, 'dockerfile'> = {}): Promise<Traffic> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  const registry = await startWatchedRegistry(folder);
  const scene = await makeBuildScene(all);
  const close = async (): Promise<void> => {
    await registry.close();
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await push((await scene.build()).outputs, registry.host);
  } catch (error) {
    await close();
    throw error;
  }
  registry.forget();
  const dockerfile = `FROM ${registry.host}/base:1\nCOPY hello.txt /copied\n`;
  return { registry, scene, fromRegistry: { dockerfile }, close };
}

async function push({ digest = '', 'oci-layout': layout = '' }: Readonly<Record<string, string>>, host: string) {
  if (!isDigest(digest)) throw new Error('The base image could not be built.');
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const client = new RegistryClient({ host, repository: 'base', clock, deadline: Date.now() + 30_000 });
  const image = await collectImage(layoutSource(await OciLayout.open(layout)), digest);
  await pushImage(client, { image, tag: '1' });
}

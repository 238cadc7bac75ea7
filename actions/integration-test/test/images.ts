import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { layoutStorage, OciLayout, startRegistry } from '@slipway/oci';
import { runProcess } from '@slipway/process';

/** A service whose misbehaviour is chosen by MODE. */
const SERVER = `
const { MODE, TOKEN } = process.env;
console.log('starting', MODE, TOKEN);
console.log('::error::a container may not say this');
if (MODE === 'exit') process.exit(7);
process.on('SIGTERM', () => MODE === 'ignores-sigterm' || process.exit(0));
require('node:http').createServer((request, response) => {
  if (request.url === '/hang') return;
  if (MODE === 'never-ready') response.statusCode = 503;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ hello: 'world', token: TOKEN }));
}).listen(Number(process.env.PORT ?? 8080));
`;

/** docker runs the client and returns what it printed. */
export async function docker(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({ file: 'docker', args, timeoutMs: 120_000 });
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** BuiltImage is an image in a layout of its own. */
export interface BuiltImage {
  readonly layout: string;
  readonly digest: string;
}

/**
 * buildImage builds an image whose command and further lines are given, and puts it into a layout. Nothing of it stays
 * in the engine.
 */
export async function buildImage(
  folder: string,
  base: string,
  ...[command, further = []]: readonly [command: readonly string[], further?: readonly string[]]
): Promise<BuiltImage> {
  const context = await mkdtemp(path.join(folder, 'context-'));
  await writeFile(path.join(context, 'server.js'), SERVER);
  const lines = [`FROM ${base}`, 'COPY server.js /server.js', `CMD ${JSON.stringify(command)}`, ...further];
  await writeFile(path.join(context, 'Dockerfile'), lines.join('\n'));
  const layout = path.join(folder, `layout-${randomUUID()}`);
  await mkdir(layout);
  const opened = await OciLayout.create(layout);
  const registry = await startRegistry({ storage: layoutStorage(opened) });
  const name = `${registry.host}/made-by-a-test:latest`;
  try {
    await docker('build', '--quiet', '--tag', name, context);
    await docker('push', '--quiet', name);
  } finally {
    await docker('image', 'rm', name);
    await registry.close();
    await rm(context, { recursive: true });
  }
  const digest = (await opened.tags()).get('latest');
  if (!digest) throw new Error('The image has not arrived in the layout.');
  return { layout, digest };
}

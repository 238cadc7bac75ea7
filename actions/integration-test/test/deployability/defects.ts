import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, layoutStorage, OciLayout, startRegistry, type Digest } from '@slipway/oci';
import { docker } from '../images.js';

/** Each way to be wrong, and the code of the check that has to find it. */
export const DEFECTS = {
  'never-ready': 'IMAGE_NEVER_READY',
  crashes: 'IMAGE_CRASHES',
  'crashes-under-load': 'IMAGE_CRASHES',
  'out-of-memory': 'IMAGE_OUT_OF_MEMORY',
  'loses-worker': 'IMAGE_OUT_OF_MEMORY',
  'ignores-sigterm': 'IMAGE_IGNORES_SIGTERM',
  'drops-requests': 'IMAGE_DROPS_REQUESTS',
  'drops-all-requests': 'IMAGE_DROPS_REQUESTS',
  'drops-fast-requests': 'IMAGE_DROPS_REQUESTS',
  'root-only': 'IMAGE_NEEDS_ROOT',
  'root-folder': 'IMAGE_NEEDS_ROOT',
  'writes-root': 'IMAGE_WRITES_ROOT',
  'logs-to-file': 'IMAGE_LOGS_ELSEWHERE',
  'wrong-port': 'IMAGE_PORT_CLOSED',
  'says-ready-elsewhere': 'IMAGE_PORT_CLOSED',
  'slow-start': 'IMAGE_STARTS_SLOWLY',
  'unhealthy-later': 'IMAGE_UNHEALTHY_LATER',
  'leaks-memory': 'IMAGE_LEAKS_MEMORY',
  'accepts-anything': 'IMAGE_ACCEPTS_BAD_CONFIGURATION',
  'takes-lock': 'IMAGE_RUNS_ONCE',
  'migrates-store': 'IMAGE_VERSIONS_CLASH',
} as const;

/** Mode is a way to be wrong, or none: `fast` has no path that takes long. */
export type Mode = keyof typeof DEFECTS | 'good' | 'fast';

/** STORE is what images share: one lock, which goes with the connection that took it, and the number of its schema. */
export const STORE = `
let isHeld = false;
let schema = 1;
require('node:net').createServer((socket) => socket.on('error', () => {}).once('data', (data) => {
  const said = String(data);
  if (said === 'migrate') schema = 2;
  if (said !== 'lock') return socket.end(String(schema));
  if (isHeld) return socket.end('busy');
  isHeld = true;
  socket.once('close', () => (isHeld = false)).write('yours');
})).listen(5432);
`;

/** The service that all images run; MODE is baked into each. */
const SERVER = `
const http = require('node:http');
const fs = require('node:fs');
const { MODE, LEVEL = 'info' } = process.env;
const is = (mode) => MODE === mode;
const say = (line) => {
  if (!is('logs-to-file')) return console.log(line);
  try { fs.appendFileSync('/srv/state/log', line); } catch {}
};
if (!['info', 'debug'].includes(LEVEL) && !is('accepts-anything')) process.exit(2);
if (is('crashes')) process.exit(3);
const ask = (said, tell) => {
  const socket = require('node:net').connect(5432, 'store', () => socket.write(said));
  socket.once('data', (data) => tell(String(data))).once('error', () => process.exit(6));
};
if (is('root-only') && process.getuid() !== 0) process.exit(4);
if (is('writes-root')) fs.writeFileSync('/srv/state/lock', '1');
const WORKER = 'const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1));';
const kept = [];
while (is('out-of-memory')) kept.push(Buffer.alloc(1e6, 1));
let requests = 0;
const server = http.createServer((request, response) => {
  requests += 1;
  if (is('crashes-under-load') && requests === 200) process.exit(3);
  if (is('leaks-memory') && requests === 20) setInterval(() => kept.push(Buffer.alloc(2e6, 1)), 100);
  if (is('loses-worker') && requests === 20) require('node:child_process').spawn(process.execPath, ['-e', WORKER]);
  const isSick = is('never-ready') || (is('unhealthy-later') && requests > 100);
  if (request.url === '/health') return response.writeHead(isSick ? 503 : 200).end();
  if (request.url === '/slow') return setTimeout(() => response.end('slow'), 300);
  if (is('drops-all-requests')) return setTimeout(() => response.end('hello'), 250);
  if (is('drops-fast-requests') || is('fast')) return setTimeout(() => response.end('hello'), 30);
  if (!is('older')) return response.end('hello');
  // It knows its own schema alone.
  ask('schema', (schema) => response.writeHead(schema === '1' ? 200 : 500).end('hello'));
});
process.on('SIGTERM', () => {
  if (is('ignores-sigterm')) return;
  if (MODE.startsWith('drops-')) process.exit(0);
  server.close(() => process.exit(0));
});
const listen = () => server.listen(is('wrong-port') || is('says-ready-elsewhere') ? 9999 : 8080, () => say('listening'));
if (is('slow-start')) setTimeout(listen, 5000);
else if (is('takes-lock')) ask('lock', (answer) => (answer === 'yours' ? listen() : process.exit(5)));
else if (is('migrates-store')) ask('migrate', listen);
else listen();
`;

/** DefectImages is one layout that holds an image of each mode. */
export interface DefectImages {
  readonly layout: string;
  readonly digests: ReadonlyMap<string, string>;
}

/** buildDefects makes small images, one per mode, in one layout: built once, and then told apart by what is baked in. */
export async function buildDefects(folder: string, base: string, modes: readonly Mode[]): Promise<DefectImages> {
  const directory = await mkdtemp(path.join(folder, 'layout-'));
  const layout = await OciLayout.create(directory);
  await buildInto(layout, folder, base);
  const built = (await layout.tags()).get('built');
  if (!built) throw new Error('The image has not arrived in the layout.');
  const digests = new Map<string, string>();
  for (const mode of modes) digests.set(mode, await bake(layout, built, mode));
  return { layout: directory, digests };
}

/** buildOlder makes the version before, which reads the store's first schema, under a name on the engine. */
export async function buildOlder(name: string, folder: string, base: string): Promise<void> {
  const context = await writeContext(folder, [...dockerfileOf(base), 'ENV MODE=older', 'USER 65532:65532']);
  await docker('build', '--quiet', '--tag', name, context);
  await rm(context, { recursive: true });
}

async function writeContext(folder: string, dockerfile: readonly string[]): Promise<string> {
  const context = await mkdtemp(path.join(folder, 'context-'));
  await mkdir(path.join(context, 'state'));
  await writeFile(path.join(context, 'state', 'keep'), '');
  await writeFile(path.join(context, 'server.js'), SERVER);
  await writeFile(path.join(context, 'Dockerfile'), dockerfile.join('\n'));
  return context;
}

async function buildInto(layout: OciLayout, folder: string, base: string): Promise<void> {
  const context = await writeContext(folder, dockerfileOf(base));
  const registry = await startRegistry({ storage: layoutStorage(layout) });
  const name = `${registry.host}/deployability:built`;
  try {
    await docker('build', '--quiet', '--tag', name, context);
    await docker('push', '--quiet', name);
  } finally {
    await docker('image', 'rm', name);
    await registry.close();
    await rm(context, { recursive: true });
  }
}

const PRIVATE_FOLDER =
  "const fs = require('node:fs'); fs.mkdirSync('/srv/private', 0o700); fs.symlinkSync(process.execPath, '/srv/private/node');";

function dockerfileOf(base: string): readonly string[] {
  return [
    `FROM ${base}`,
    'COPY server.js /server.js',
    // The one place that its user may write to, so that who writes there is not who needs root.
    'COPY --chown=65532:65532 state /srv/state',
    // Where nobody but root gets to the program; without a shell in the image, Node itself makes it.
    `RUN ${JSON.stringify(['node', '-e', PRIVATE_FOLDER])}`,
    'CMD ["node", "/server.js"]',
  ];
}

/** As a Dockerfile's ENV and USER do: they are members of the image's config, and no layer. */
async function bake(layout: OciLayout, built: Digest, mode: Mode): Promise<Digest> {
  const { bytes, mediaType } = await layout.readManifest(built);
  const manifest = JSON.parse(bytes.toString()) as { config: { digest: Digest; size: number } };
  const image = JSON.parse(String(await layout.blobs.read(manifest.config.digest))) as {
    config: { Env: string[]; User?: string; WorkingDir?: string; Cmd?: string[] };
  };
  image.config.Env.push(`MODE=${mode}`);
  if (!mode.startsWith('root-')) image.config.User = '65532:65532';
  if (mode === 'root-folder')
    Object.assign(image.config, { WorkingDir: '/srv/private', Cmd: ['./node', '/server.js'] });
  const config = Buffer.from(JSON.stringify(image));
  await layout.blobs.write(digestOf(config), chunk(config));
  manifest.config = { ...manifest.config, digest: digestOf(config), size: config.length };
  return layout.writeManifest({ mediaType, bytes: Buffer.from(JSON.stringify(manifest)) }, mode);
}

async function* chunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Bundles each action into its dist: `npm run build [-- ACTION ...]`. */
import { appendFile, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform, type Metafile, type Plugin } from 'esbuild';
import { childEnvironment, runProcess } from '@slipway/process';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** actionNames lists the actions: every folder of actions/. */
export async function actionNames(root: string = ROOT): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, 'actions'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/**
 * What esbuild joins and shakes: our own packages; AWS's, of which ncc would take the whole CommonJS build; and GitHub's
 * toolkit, whose way to an ID token brings an HTTP stack that takes a third of an action's start.
 */
const JOINED =
  /^(?:\.{1,2}\/|\/|[A-Za-z]:|@slipway\/|@aws-sdk\/|@aws-crypto\/|@aws\/|@smithy\/|tslib$|@actions\/core$)/;

const LEAVE_TO_NCC: Plugin = {
  name: 'leave-to-ncc',
  setup: (plugins) => {
    plugins.onResolve({ filter: /.*/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || JOINED.test(name) ? undefined : { path: name, external: true, sideEffects: false },
    );
  },
};

/** buildAction bundles one action: one minified ES module, one for each part that is loaded when asked for, and their licences. */
export async function buildAction(root: string, action: string): Promise<void> {
  const folder = path.join(root, 'actions', action);
  const dist = path.join(folder, 'dist');
  const joined = path.join(folder, '.build/main.js');
  await rm(dist, { recursive: true, force: true });
  try {
    const packages = await joinPackages(root, path.join(folder, 'src/main.ts'), joined);
    await runNcc(root, joined, dist);
    const modules = (await readdir(dist)).filter((name) => name.endsWith('.js'));
    await Promise.all(modules.map((name) => shorten(path.join(dist, name))));
    await appendLicences(packages, path.join(dist, 'licenses.txt'));
  } finally {
    await rm(path.dirname(joined), { recursive: true, force: true });
  }
}

/** joinPackages writes one module of ours and AWS's, without what nothing calls, and returns the folders of AWS's packages. */
async function joinPackages(root: string, source: string, target: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: target,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    legalComments: 'none',
    plugins: [LEAVE_TO_NCC],
    metafile: true,
    logLevel: 'silent',
  });
  return packagesIn(metafile).map((folder) => path.resolve(root, folder));
}

function packagesIn({ outputs }: Metafile): readonly string[] {
  const folders = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

async function runNcc(root: string, source: string, dist: string): Promise<void> {
  const ncc = path.join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  const switches = ['--minify', '--transpile-only', '--no-cache', '--license', 'licenses.txt', '--quiet'];
  const built = await runProcess({
    file: process.execPath,
    args: [ncc, 'build', source, '-o', dist, ...switches],
    cwd: root,
    env: childEnvironment(),
    timeoutMs: 300_000,
  });
  if (built.exitCode !== 0) throw new Error(`ncc could not build ${source}:\n${built.stdout}${built.stderr}`);
}

/** appendLicences adds, in ncc's form, what ncc could not see: name, licence, text. */
async function appendLicences(folders: readonly string[], file: string): Promise<void> {
  const texts = await Promise.all(
    folders.map(async (folder) => {
      const { name, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
        name: string;
        license: string;
      };
      const text = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
      return [name, license, text === undefined ? '' : await readFile(path.join(folder, text), 'utf8')].join('\n');
    }),
  );
  await appendFile(file, texts.map((text) => `\n${text.trimEnd()}\n`).join(''));
}

/** ncc keeps the names of functions and classes, which nothing of ours reads: without them a bundle is an eighth shorter. */
async function shorten(file: string): Promise<void> {
  const { code } = await transform(await readFile(file, 'utf8'), {
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
  });
  await writeFile(file, code);
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  for (const action of asked.length > 0 ? asked : await actionNames()) {
    const startedAt = Date.now();
    await buildAction(ROOT, action);
    console.log(`${action}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

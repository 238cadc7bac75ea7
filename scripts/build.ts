/** Bundles each action into its dist: `npm run build [-- ACTION ...]`. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
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

/** buildAction bundles one action: one minified ES module with its licences beside it. */
export async function buildAction(root: string, action: string): Promise<void> {
  const dist = path.join(root, 'actions', action, 'dist');
  await rm(dist, { recursive: true, force: true });
  const ncc = path.join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  const source = path.join(root, 'actions', action, 'src/main.ts');
  const built = await runProcess({
    file: process.execPath,
    args: [
      ncc,
      'build',
      source,
      '-o',
      dist,
      '--minify',
      '--transpile-only',
      '--no-cache',
      '--license',
      'licenses.txt',
      '--quiet',
    ],
    cwd: root,
    env: childEnvironment(),
    timeoutMs: 300_000,
  });
  if (built.exitCode !== 0) throw new Error(`ncc could not build ${action}:\n${built.stdout}${built.stderr}`);
  await shorten(path.join(dist, 'index.js'));
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

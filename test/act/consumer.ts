import { appendFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { actionNames } from '../own-code.js';
import { ROOT } from '../yaml-documents.js';
import { adaptWorkflow, type Adaptation } from './adapt.js';

/** Third-party actions that cannot be had without the network, and the folders that stand in for them. */
const STAND_INS = [
  'actions/upload-artifact',
  'actions/download-artifact',
  'docker/setup-buildx-action',
  'docker/setup-qemu-action',
] as const;

/** writeOwnCode makes a copy of our actions and adapted workflows: what a consumer's `uses:` gets. */
export async function writeOwnCode(folder: string, adaptation: Omit<Adaptation, 'file'>): Promise<void> {
  for (const action of actionNames()) {
    for (const part of ['action.yml', 'dist']) {
      const from = path.join(ROOT, 'actions', action, part);
      await cp(from, path.join(folder, 'actions', action, part), { recursive: true });
    }
  }
  const workflows = path.join(ROOT, '.github/workflows');
  await mkdir(path.join(folder, '.github/workflows'), { recursive: true });
  for (const file of await readdir(workflows)) {
    const text = await readFile(path.join(workflows, file), 'utf8');
    await writeFile(path.join(folder, '.github/workflows', file), adaptWorkflow(text, { ...adaptation, file }));
  }
}

/** standIns names the folder of each stand-in by what our workflows call the real one. */
export async function standIns(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const file of await readdir(path.join(ROOT, '.github/workflows'))) {
    const text = await readFile(path.join(ROOT, '.github/workflows', file), 'utf8');
    for (const name of STAND_INS) {
      const [, reference] = new RegExp(`uses: (${name}@[0-9a-f]{40})`).exec(text) ?? [];
      if (reference !== undefined) found[reference] = path.join(import.meta.dirname, 'stand-ins', path.basename(name));
    }
  }
  return found;
}

/** The examples that are run: folders of `examples/`. */
export type Example = 'consumer' | 'monorepo';

/** What a consumer's repository is made of. */
export interface ConsumerFiles {
  readonly folder: string;
  readonly example: Example;
  /** The image that Dockerfiles are built on, in place of the public one. */
  readonly baseImage: string;
  readonly adaptation: Omit<Adaptation, 'file'>;
}

/** What a Dockerfile of the examples is built on: a public image with Node. */
const PUBLIC_BASE = /^(ARG NODE_IMAGE=|FROM )(?:public\.ecr\.aws\/\S*)?node:\S+$/m;

/**
 * writeConsumer makes a repository with one commit of an example, as it lies in `examples/`. Beside the example with one
 * service come the sources of the sample application. Its workflows are adapted as ours are, and its base image is one that
 * is there.
 */
export async function writeConsumer({ folder, example, baseImage, adaptation }: ConsumerFiles): Promise<void> {
  const examples = path.join(ROOT, 'examples');
  await cp(path.join(examples, example), folder, { recursive: true });
  for (const part of example === 'consumer' ? ['package.json', 'src', 'test', 'Dockerfile'] : []) {
    await cp(path.join(examples, 'hello-service', part), path.join(folder, part), { recursive: true });
  }
  for (const file of await readdir(folder, { recursive: true })) {
    const change =
      path.basename(file) === 'Dockerfile'
        ? (text: string) => text.replace(PUBLIC_BASE, `$1${baseImage}`)
        : path.dirname(file) === '.github/workflows'
          ? (text: string) => adaptWorkflow(text, { ...adaptation, file: path.basename(file) })
          : undefined;
    if (change) await write(folder, file, change(await readFile(path.join(folder, file), 'utf8')));
  }
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await commit(folder, 'first');
}

/** commitVersion changes sources by a comment, so that what is built of them differs, and commits that. */
export async function commitVersion(
  folder: string,
  version: string,
  files: readonly string[] = ['src/server.ts'],
): Promise<string> {
  for (const file of files) await appendFile(path.join(folder, file), `// version ${version}\n`);
  return commit(folder, `version ${version}`);
}

/** headOf returns the commit that the repository is at. */
export async function headOf(folder: string): Promise<string> {
  return (await git(folder, 'rev-parse', 'HEAD')).trim();
}

/** commit commits everything that is there, and returns the commit. */
async function commit(folder: string, message: string): Promise<string> {
  await git(folder, 'add', '--all');
  await git(folder, '-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', 'commit', '-qm', message);
  return headOf(folder);
}

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({ file: 'git', args, cwd });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

async function write(folder: string, file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { actionNames } from '../own-code.js';
import { ROOT } from '../yaml-documents.js';
import { adaptWorkflow, type Adaptation } from './adapt.js';

/** Third-party actions that cannot be had without the network, and the folders that stand in for them. */
const STAND_INS = ['upload-artifact', 'download-artifact'] as const;

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
      const [, reference] = new RegExp(`uses: (actions/${name}@[0-9a-f]{40})`).exec(text) ?? [];
      if (reference !== undefined) found[reference] = path.join(import.meta.dirname, 'stand-ins', name);
    }
  }
  return found;
}

/** What a consumer's repository is made of, besides the sample application. */
export interface ConsumerFiles {
  readonly folder: string;
  /** The image that the Dockerfile is built on, in place of the public one. */
  readonly baseImage: string;
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
}

/** writeConsumer makes a repository with one commit. */
export async function writeConsumer({ folder, baseImage, files }: ConsumerFiles): Promise<void> {
  const sample = path.join(ROOT, 'examples/hello-service');
  for (const part of ['package.json', 'src', 'test']) {
    await cp(path.join(sample, part), path.join(folder, part), { recursive: true });
  }
  const dockerfile = await readFile(path.join(sample, 'Dockerfile'), 'utf8');
  await write(folder, 'Dockerfile', dockerfile.replace(/^ARG NODE_IMAGE=.*$/m, `ARG NODE_IMAGE=${baseImage}`));
  await write(folder, 'deploy/checks.yml', await readFile(path.join(sample, 'checks.yml'), 'utf8'));
  for (const [file, text] of Object.entries(files)) await write(folder, file, text);
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await commit(folder, 'first');
}

/** commitVersion commits a version of the application that differs from the others. */
export async function commitVersion(folder: string, version: string): Promise<string> {
  await write(folder, 'src/version.txt', version);
  return commit(folder, `version ${version}`);
}

/** commit commits everything that is there, and returns the commit. */
async function commit(folder: string, message: string): Promise<string> {
  await git(folder, 'add', '--all');
  await git(folder, '-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', 'commit', '-qm', message);
  return (await git(folder, 'rev-parse', 'HEAD')).trim();
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

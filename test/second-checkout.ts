import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';

const PARTS = ['packages', 'actions', 'scripts', 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs'];

/** secondCheckout makes a copy of the sources in a folder of another name, with the same installed packages. */
export async function secondCheckout(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-checkout-'));
  for (const part of PARTS) {
    await cp(path.join(REPOSITORY, part), path.join(folder, part), { recursive: true, filter: isSource });
  }
  await copyModules(folder);
  for (const workspace of ['packages', 'actions']) {
    for (const name of await readdir(path.join(REPOSITORY, workspace))) {
      const nested = path.join(REPOSITORY, workspace, name, 'node_modules');
      if (existsSync(nested)) await cp(nested, path.join(folder, workspace, name, 'node_modules'), { recursive: true });
    }
  }
  return folder;
}

function isSource(file: string): boolean {
  return !/\/(dist|node_modules)(\/|$)/.test(file.slice(REPOSITORY.length));
}

/** Hard links where the file system allows; the packages' own links (`../../packages/core`) then lead into the copy. */
async function copyModules(folder: string): Promise<void> {
  const modules = path.join(REPOSITORY, 'node_modules');
  const linked = await runProcess({ file: 'cp', args: ['-al', modules, folder] });
  if (linked.exitCode === 0) return;
  await rm(path.join(folder, 'node_modules'), { recursive: true, force: true });
  const copied = await runProcess({ file: 'cp', args: ['-a', modules, folder] });
  if (copied.exitCode !== 0) throw new Error(copied.stderr);
}

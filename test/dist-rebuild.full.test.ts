import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPOSITORY } from '@slipway/testkit';
import { actionNames, buildAction } from '../scripts/build.js';
import { secondCheckout } from './second-checkout.js';

async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, file), await readFile(file, 'utf8'));
  }
  return files;
}

let folder: string;
beforeAll(async () => {
  folder = await secondCheckout();
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(await actionNames())('the dist of %s', (action) => {
  it('is what its sources build, in another folder too', async () => {
    await buildAction(folder, action);
    const rebuilt = await filesOf(path.join(folder, 'actions', action, 'dist'));
    const committed = await filesOf(path.join(REPOSITORY, 'actions', action, 'dist'));
    expect([...rebuilt.keys()].sort()).toEqual([...committed.keys()].sort());
    // Not toEqual on the texts: a difference would print a megabyte.
    for (const [name, text] of rebuilt)
      expect({ name, same: text === committed.get(name) }).toEqual({ name, same: true });
  }, 120_000);
});

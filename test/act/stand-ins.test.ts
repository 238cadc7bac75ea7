import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { childEnvironment, runProcess } from '@slipway/process';

let temp: string;
beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'slipway-stand-ins-'));
  for (const name of ['one-a', 'one-b', 'other']) {
    await mkdir(path.join(temp, 'artifacts', name), { recursive: true });
    await writeFile(path.join(temp, 'artifacts', name, `${name}.json`), '{}');
  }
});
afterEach(() => rm(temp, { recursive: true }));

/** Starts a stand-in in the folder of all that it is about. */
async function start(action: string, inputs: Readonly<Record<string, string>>): Promise<number> {
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const { exitCode } = await runProcess({
    file: process.execPath,
    args: [path.join(import.meta.dirname, 'stand-ins', action, 'index.mjs')],
    cwd: temp,
    env: childEnvironment({
      ...(Object.fromEntries(given) as Record<string, string>),
      SLIPWAY_ARTIFACTS: path.join(temp, 'artifacts'),
      GITHUB_OUTPUT: path.join(temp, 'output'),
    }),
  });
  return exitCode;
}

/** The files below a folder, by their paths in it. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const all = await readdir(path.join(temp, folder), { recursive: true });
  const files: string[] = [];
  for (const name of all) if ((await stat(path.join(temp, folder, name))).isFile()) files.push(name);
  return files.sort();
}

describe('the stand-in of download-artifact', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['by name, in the folder itself', { name: 'one-a' }, ['one-a.json']],
    ['several by a pattern, each in a folder', { pattern: 'one-*' }, ['one-a/one-a.json', 'one-b/one-b.json']],
    // Since version 5 of the real one: whoever looks for a folder of its name finds nothing.
    ['a single one by a pattern, in the folder itself', { pattern: 'oth*' }, ['other.json']],
    ['several, merged', { pattern: 'one-*', 'merge-multiple': 'true' }, ['one-a.json', 'one-b.json']],
    [
      'several by their ids, each in a folder',
      { 'artifact-ids': 'one-a,other' },
      ['one-a/one-a.json', 'other/other.json'],
    ],
    ['none', { pattern: 'none-*' }, []],
  ])('brings %s', async (_what, inputs, files) => {
    expect(await start('download-artifact', { path: 'to', ...inputs })).toBe(0);
    expect(await filesIn('to')).toEqual(files);
  });

  it('fails when there is none of a name', async () => {
    expect(await start('download-artifact', { path: 'to', name: 'none' })).toBe(1);
  });
});

describe('the stand-in of upload-artifact', () => {
  it('keeps what is there, by the paths below the folder in common, and takes an empty line for no path', async () => {
    await mkdir(path.join(temp, 'reports'));
    for (const name of ['a', 'b']) await writeFile(path.join(temp, 'reports', `${name}.json`), '{}');
    expect(await start('upload-artifact', { name: 'both', path: '\nreports/a.json\n\nreports/b.json\n' })).toBe(0);
    expect(await filesIn('artifacts/both')).toEqual(['a.json', 'b.json']);
  });

  it('refuses a second one of a name, unless it is to be replaced, and one of nothing, where that is asked', async () => {
    const again = { name: 'other', path: 'artifacts/one-a/one-a.json' };
    expect(await start('upload-artifact', again)).toBe(1);
    expect(await start('upload-artifact', { ...again, overwrite: 'true' })).toBe(0);
    expect(await filesIn('artifacts/other')).toEqual(['one-a.json']);
    expect(await start('upload-artifact', { name: 'x', path: 'none', 'if-no-files-found': 'error' })).toBe(1);
  });
});

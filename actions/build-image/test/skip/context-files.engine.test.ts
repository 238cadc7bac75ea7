import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import dockerignore from '@balena/dockerignore';
import { runProcess } from '@slipway/process';
import { filesIn } from '../../src/skip/context-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-context-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FILES = [
  ...[
    'a.txt',
    'b.md',
    'README.md',
    '.env',
    '.git/HEAD',
    '.git/objects/1',
    'src/a.ts',
    'src/a.test.ts',
    'src/deep/b.ts',
  ],
  ...['src/deep/er/c.md', 'node_modules/x/index.js', 'node_modules/x/keep.md', 'packages/p/node_modules/y/z.js'],
  ...['packages/p/src/a.ts', 'dist/out.js', 'dist/keep/out.js', 'docs/a b.md', 'docs/ä.md', 'x[1].txt', 'x1.txt'],
];

/** Each as somebody could have written it, comments and stray spaces included. */
const IGNORED = [
  '.git\nnode_modules\n*.md\n!README.md\n',
  '# all but\n*\n!src\nsrc/**/*.test.ts\n  dist  \n\n',
  '**/node_modules\n/dist\n!dist/keep\n**/*.md\n',
  './src/../src/deep\ndocs/?.md\nx[1].txt\n.*\n',
  '**\n!src/deep/**\n!packages/*/src/a.ts\n',
  'src/*\n!src/deep\nsrc/deep/er/\npackages/**/y\n',
];

describe("what is ignored is what BuildKit's own rules ignore", () => {
  it.each(IGNORED)('with %j', async (ignored) => {
    const context = path.join(folder, 'context');
    for (const file of FILES) {
      await mkdir(path.dirname(path.join(context, file)), { recursive: true });
      await writeFile(path.join(context, file), file);
    }
    await writeFile(path.join(context, '.dockerignore'), ignored);
    const rules = dockerignore().add(ignored);
    const mayPrune = !/^\s*!/m.test(ignored);
    const ours = await filesIn(context, { isIgnored: (name) => rules.ignores(name), mayPrune });
    const out = path.join(folder, 'out');
    const dockerfile = path.join(folder, 'Dockerfile');
    await writeFile(dockerfile, 'FROM scratch\nCOPY . /\n');
    const args = ['buildx', 'build', '--quiet', `--file=${dockerfile}`, `--output=type=local,dest=${out}`, context];
    const { exitCode, stderr } = await runProcess({ file: 'docker', args, timeoutMs: 60_000 });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const theirs = await readdir(out, { recursive: true, withFileTypes: true });
    const files = theirs
      .filter((one) => one.isFile())
      .map((one) => path.relative(out, path.join(one.parentPath, one.name)));
    const isFile = (name: string): boolean => FILES.includes(name) || name === '.dockerignore';
    expect(ours.filter(isFile)).toEqual(files.sort((a, b) => (a < b ? -1 : 1)));
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCommands, readFileCommands } from '../src/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-testkit-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<Record<string, string>> {
  const file = path.join(folder, 'file');
  await writeFile(file, text);
  return readFileCommands(file);
}

describe('readFileCommands', () => {
  it('reads lines and blocks', async () => {
    expect(await read('a=1=2\nb<<END\nx\ny=z\nEND\nc=\n')).toEqual({ a: '1=2', b: 'x\ny=z', c: '' });
  });

  it.each(['no equals sign\n', 'a<<END\nnever ends\n'])('refuses %j as the runner does', async (text) => {
    await expect(read(text)).rejects.toThrow();
  });
});

describe('readCommands', () => {
  it('finds commands with their properties', () => {
    expect(readCommands('text\n::error file=a%2Cb.ts,line=3::first%0Asecond\n  ::group::x\n| ::error::no\n')).toEqual([
      { name: 'error', properties: { file: 'a,b.ts', line: '3' }, message: 'first\nsecond' },
      { name: 'group', properties: {}, message: 'x' },
    ]);
  });
});

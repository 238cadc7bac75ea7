import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendSummary, table } from '../src/index.js';

describe('table', () => {
  it('escapes what would break it', () => {
    expect(table(['A', 'B'], [['x|y', '<b>\nnext']])).toBe('| A | B |\n| --- | --- |\n| x\\|y | &lt;b><br>next |');
  });
});

describe('appendSummary', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-summary-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('adds to what is there', async () => {
    const file = path.join(folder, 'summary');
    await appendSummary('one', file);
    await appendSummary('two', file);
    expect(await readFile(file, 'utf8')).toBe('one\n\ntwo\n\n');
  });

  it('cuts what GitHub would not show, and says so', async () => {
    const file = path.join(folder, 'long');
    await appendSummary('x'.repeat(2 * 1024 * 1024), file);
    expect((await stat(file)).size).toBeLessThanOrEqual(1024 * 1024);
    expect(await readFile(file, 'utf8')).toMatch(/The rest was cut/);
  });

  it('does nothing without a runner', async () => {
    await expect(appendSummary('text', undefined)).resolves.toBeUndefined();
  });
});

import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redactor } from '@slipway/core';
import { collectJUnit } from '../../src/junit/collect.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-junit-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('reads all that can be read, and names what cannot', async () => {
  const file = (name: string) => path.join(folder, name);
  await mkdir(file('deep'));
  await writeFile(file('deep/a.xml'), '<testsuite name="s"><testcase name="a-long-secret"/></testsuite>');
  await writeFile(file('b.xml'), '<testsuite');
  await writeFile(file('big.xml'), '');
  await truncate(file('big.xml'), 17 * 1024 ** 2);
  await writeFile(file('notes.txt'), 'no XML');
  await symlink(file('deep/a.xml'), file('link.xml'));
  const redactor = new Redactor();
  redactor.add('a-long-secret');
  const { files, suites, problems } = await collectJUnit(folder, redactor);
  expect(files).toEqual([file('b.xml'), file('big.xml'), file('deep/a.xml')]);
  expect(suites).toEqual([{ name: 's', cases: [{ name: '***', ms: 0 }] }]);
  expect(problems).toEqual([
    expect.stringContaining("'b.xml' is left out"),
    "The JUnit file 'big.xml' is left out: JUnit files may have 16 MiB together.",
  ]);
});

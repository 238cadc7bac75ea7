import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { REPORT_INPUTS, defineInputs, parseInputs } from '../src/index.js';

const schema = defineInputs({
  digest: {
    type: 'string',
    pattern: /sha256:[0-9a-f]{4}/,
    expects: 'a digest',
    description: 'A digest.',
    handedOver: [
      { action: 'integration-test', output: 'tested-digest' },
      { action: 'push-ecr', output: 'digest' },
    ],
  },
  tag: {
    type: 'string',
    required: true,
    description: 'A tag.',
    handedOver: [{ action: 'build-image', output: 'version' }],
  },
  back: {
    type: 'string',
    description: 'Where to go back to.',
    handedOver: [{ action: 'bluegreen-deploy', output: 'before', evenOfAFailure: true }],
  },
  ...REPORT_INPUTS,
});

const TESTED = { action: 'integration-test', outcome: 'passed', outputs: { 'tested-digest': 'sha256:aaaa' } };
const BUILT = { action: 'build-image', outcome: 'built', outputs: { version: '1.4.2', other: 'x' } };
const PUSHED = { action: 'push-ecr', outcome: 'pushed', outputs: { digest: 'sha256:bbbb' } };

let workspace: string;
beforeEach(async () => {
  workspace = await realpath(await mkdtemp(path.join(os.tmpdir(), 'slipway-reports-')));
  await mkdir(path.join(workspace, 'reports'));
});
afterEach(() => rm(workspace, { recursive: true }));

async function given(...reports: readonly (object | string)[]): Promise<void> {
  for (const [index, report] of reports.entries()) {
    const text = typeof report === 'string' ? report : JSON.stringify(report);
    await writeFile(path.join(workspace, `reports/${index}.json`), text);
  }
}

function read(environment: Readonly<Record<string, string>> = {}) {
  const places = { workspace, temp: path.join(workspace, 'temp') };
  return parseInputs(schema, { INPUT_REPORTS: 'reports', ...environment }, places);
}

describe('what reports hand over', () => {
  it('fills what is not set, required inputs too', async () => {
    await given(TESTED, BUILT);
    await writeFile(path.join(workspace, 'reports/index.txt'), 'no report');
    expect(read()).toMatchObject({ digest: 'sha256:aaaa', tag: '1.4.2' });
    expect(read({ INPUT_REPORTS: 'reports/1.json' })).toMatchObject({ digest: undefined, tag: '1.4.2' });
  });

  it('is the first that is there of what an input names', async () => {
    await given(PUSHED, BUILT);
    expect(read()).toMatchObject({ digest: 'sha256:bbbb' });
    await given(PUSHED, BUILT, TESTED);
    expect(read()).toMatchObject({ digest: 'sha256:aaaa' });
  });

  it('leaves an input alone that no report speaks of', async () => {
    await given({ ...BUILT, outputs: { version: '' } });
    expect(() => read()).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(read({ INPUT_TAG: 'mine' })).toMatchObject({ tag: 'mine', digest: undefined });
  });

  it('is judged as what a person writes', async () => {
    await given(BUILT, { ...TESTED, outputs: { 'tested-digest': 'latest' } });
    expect(() => read()).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining("'digest' is 'latest'") }),
    );
  });

  it('agrees with what is set', async () => {
    await given(TESTED, BUILT);
    expect(read({ INPUT_DIGEST: 'sha256:aaaa' })).toMatchObject({ digest: 'sha256:aaaa' });
    expect(() => read({ INPUT_DIGEST: 'sha256:cccc' })).toThrow(
      expect.objectContaining({
        code: 'REPORTS_CONTRADICT',
        message: "'digest' is 'sha256:cccc', and the report of integration-test says 'sha256:aaaa'.",
      }),
    );
  });

  it.each<[string, readonly (object | string)[], string]>([
    ['a step that failed', [BUILT, { ...TESTED, outcome: 'failed', error: { code: 'X' } }], 'REPORTS_OF_A_FAILURE'],
    ['two of one action', [BUILT, TESTED, TESTED], 'REPORTS_AMBIGUOUS'],
    ['no JSON', [BUILT, '{"action":'], 'REPORTS_UNREADABLE'],
    ['another JSON', [BUILT, 'null'], 'REPORTS_UNREADABLE'],
    ['a report without outputs', [BUILT, { action: 'push-ecr', outcome: 'pushed' }], 'REPORTS_UNREADABLE'],
    ['too many files', Array.from({ length: 51 }, () => BUILT), 'REPORTS_UNREADABLE'],
  ])('is refused when it is of %s', async (_title, reports, code) => {
    await given(...reports);
    expect(() => read()).toThrow(expect.objectContaining({ code }));
  });

  it('tells what a step that failed did, to who takes that back, and nothing else', async () => {
    const failed = { outcome: 'failed', error: { code: 'X' } };
    await given(BUILT, TESTED, { action: 'bluegreen-deploy', ...failed, outputs: { before: 'web:41' } });
    expect(read()).toMatchObject({ back: 'web:41', digest: 'sha256:aaaa' });
    await given({ ...BUILT, ...failed });
    expect(() => read()).toThrow(expect.objectContaining({ code: 'REPORTS_OF_A_FAILURE' }));
  });

  it('is refused when there is nothing', () => {
    expect(() => read({ INPUT_REPORTS: 'nothing' })).toThrow(expect.objectContaining({ code: 'REPORTS_NOT_FOUND' }));
  });

  it('stays inside the workspace', async () => {
    await symlink(os.tmpdir(), path.join(workspace, 'out'));
    for (const place of ['out', '..', '/etc'])
      expect(() => read({ INPUT_REPORTS: place })).toThrow(expect.objectContaining({ code: 'INPUT_PATH_ESCAPES' }));
  });
});

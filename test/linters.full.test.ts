import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actionNames } from './own-code.js';
import { ensureLinters, NOT_YET_KNOWN, writeWorkflow, type Linters } from './linters.js';
import { asMap, exampleWorkflows, markdownFiles, yamlBlocksIn, yamlFilesIn, type YamlFile } from './yaml-documents.js';

const nameOf = ({ name }: YamlFile): string => name;
const own = yamlFilesIn('.github/workflows').map(nameOf);
const examples = exampleWorkflows().map(nameOf);
/** Blocks that are a workflow from its head to its jobs; a part of one is none to a linter. */
const snippets = markdownFiles()
  .flatMap(yamlBlocksIn)
  .filter(({ root }) => 'on' in asMap(root) && 'jobs' in asMap(root));

let linters: Linters;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-linters-'));
  linters = await ensureLinters();
}, 310_000);
afterAll(() => rm(folder, { recursive: true }));

describe('actionlint', () => {
  it('finds nothing in our workflows and in those of the examples', async () => {
    expect(await linters.actionlint([...own, ...examples], NOT_YET_KNOWN)).toEqual([]);
  });

  it('is kept from nothing but what it does not know yet', async () => {
    const file = await writeWorkflow(folder, 'new.yml', NEWER_THAN_ACTIONLINT);
    const said = await linters.actionlint([file]);
    // One for each: when it learns one of them, that pattern can go.
    expect(said).toHaveLength(NOT_YET_KNOWN.length);
    expect(await linters.actionlint([file], NOT_YET_KNOWN)).toEqual([]);
  });

  it('is heard', async () => {
    const file = await writeWorkflow(folder, 'wrong.yml', WRONG);
    expect(await linters.actionlint([file], NOT_YET_KNOWN)).toEqual([
      expect.stringMatching(/wrong\.yml:8:\d+: .*pull_request\.title.* potentially untrusted.*\[expression\]$/),
    ]);
  });
});

describe('zizmor, pedantic', () => {
  it('finds nothing in our workflows, in dependabot.yml, in our actions and in the examples', async () => {
    const actions = actionNames().map((name) => `actions/${name}/action.yml`);
    expect(await linters.zizmor([...own, '.github/dependabot.yml', ...actions, ...examples])).toEqual([]);
  });

  it('is heard', async () => {
    const said = await linters.zizmor([await writeWorkflow(folder, 'wrong.yml', WRONG)]);
    const audits = said.map((line) => /wrong\.yml:\d+: ([\w-]+), /.exec(line)?.[1]);
    expect(audits).toEqual(expect.arrayContaining(['dangerous-triggers', 'template-injection', 'unpinned-uses']));
  });
});

describe('a workflow that the docs show whole', () => {
  it('is there', () => expect(snippets.length).toBeGreaterThan(0));

  it('has nothing that a linter finds', async () => {
    const files = await Promise.all(
      snippets.map(({ name, text }) => writeWorkflow(folder, `${name.replace(/\W+/g, '-')}.yml`, text)),
    );
    expect(await linters.actionlint(files, NOT_YET_KNOWN)).toEqual([]);
    expect(await linters.zizmor(files)).toEqual([]);
  });
});

const NEWER_THAN_ACTIONLINT = `name: new
on: push
permissions: {}
concurrency:
  group: new
  queue: max
jobs:
  push:
    runs-on: ubuntu-24.04
    steps:
      - uses: $/actions/push-ecr
  verify:
    uses: $/.github/workflows/verify.yml
`;

const WRONG = `name: wrong
on: pull_request_target
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo "\${{ github.event.pull_request.title }}"
`;

import { describe, expect, it } from '@jest/globals';
import { asMap, readYaml, yamlFilesIn } from '../yaml-documents.js';
import { jobsOf, usesOf } from '../yaml-rules.js';
import { adaptWorkflow } from './adapt.js';

const COMMIT = '0'.repeat(40);
const idTokens = 'http://127.0.0.1:1/tokens';
const adapted = (text: string, file = 'x.yml') =>
  readYaml({ name: file, text: adaptWorkflow(text, { file, commit: COMMIT, idTokens }) });

/** A job without what is adapted. */
const rest = (job: Readonly<Record<string, unknown>>): object => ({
  ...job,
  ...{ concurrency: undefined, environment: undefined, env: undefined },
  uses: usesOf(job)
    .replace(/^.*\/(?=[\w.-]+(?:@\w+)?$)/, '')
    .replace(/@.*$/, ''),
  steps: undefined,
});

describe('a workflow that is adapted for act', () => {
  it.each(yamlFilesIn('.github/workflows').filter(({ name }) => !/(?:ci|release)\.yml$/.test(name)))(
    '$name is the same but for what act does not know',
    (file) => {
      const [before, after] = [jobsOf(file), jobsOf(adapted(file.text))];
      expect(after.map(({ job }) => rest(job))).toEqual(before.map(({ job }) => rest(job)));
      for (const [index, { steps }] of after.entries()) {
        expect(steps.map(({ uses: _uses, ...step }) => step)).toEqual(
          before[index]?.steps.map(({ uses: _uses, ...step }) => step),
        );
      }
    },
  );

  it('names our code by a commit', () => {
    const text =
      'jobs:\n  a:\n    uses: $/.github/workflows/b.yml\n  b:\n    steps: [{ uses: $/actions/c }, { uses: d/e@f }]';
    const [call, steps] = jobsOf(adapted(text));
    expect(usesOf(call?.job ?? {})).toBe(`your-org/slipway/.github/workflows/b.yml@${COMMIT}`);
    expect(steps?.steps.map(usesOf)).toEqual([`your-org/slipway/actions/c@${COMMIT}`, 'd/e@f']);
  });

  it('gives an ID token of its file and environment to a job that may ask for one, and to no other', () => {
    const job = (rights: string) => `
    environment: { name: '\${{ matrix.name }}', deployment: false }
    permissions: { ${rights} }
    steps: []`;
    const [may, mayNot] = jobsOf(
      adapted(`jobs:\n  a:${job('id-token: write')}\n  b:${job('contents: read')}`, 'stage.yml'),
    );
    expect(asMap(may?.job['env'])['ACTIONS_ID_TOKEN_REQUEST_URL']).toBe(
      `${idTokens}?file=stage.yml&environment=\${{ matrix.name }}`,
    );
    expect([may?.job['environment'], mayNot?.job['env']]).toEqual(['${{ matrix.name }}', undefined]);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { NOT_CHOSEN, readConfiguration } from '@slipway/configuration';
import { REPOSITORY } from '@slipway/testkit';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { namedFiles } from '../scripts/buttons/named-files.js';
import { NO_RELEASE, referenceIn } from '../scripts/buttons/reference.js';
import { consumerWorkflows } from '../scripts/buttons/workflows.js';
import { asMap } from './yaml-documents.js';

const read = (file: string): string => readFileSync(path.join(REPOSITORY, file), 'utf8');

describe.each(['examples/consumer', 'examples/monorepo'])('%s', (example) => {
  const workflows = consumerWorkflows(readConfiguration(read(`${example}/.github/slipway.yml`), 'slipway.yml'));

  it('has the workflows that `npm run buttons` writes, and no other', () => {
    expect(readdirSync(path.join(REPOSITORY, example, '.github/workflows')).sort()).toEqual(
      [...workflows.keys()].sort(),
    );
  });

  it("has every file that its slipway.yml names, but what is the sample application's", () => {
    const files = namedFiles(readConfiguration(read(`${example}/.github/slipway.yml`), 'slipway.yml'));
    expect(files.length).toBeGreaterThan(4);
    const ofSample = example === 'examples/consumer' ? ['Dockerfile'] : [];
    expect(files.filter((file) => !existsSync(path.join(REPOSITORY, example, file)))).toEqual(ofSample);
  });

  it.each([...workflows])('has %s as it is written, and well formatted', async (name, text) => {
    const file = `${example}/.github/workflows/${name}`;
    expect(read(file)).toBe(text);
    expect(await format(text, { ...(await resolveConfig(path.join(REPOSITORY, file))), parser: 'yaml' })).toBe(text);
  });
});

const ENVIRONMENT =
  '{ account: 111122223333, region: eu-central-1, role: "arn:aws:iam::111122223333:role/d", cluster: c }';

function written(environments: readonly string[], branches: Readonly<Record<string, readonly string[]>>) {
  const places = environments.map((name) => `  "${name}": ${ENVIRONMENT}`).join('\n');
  const text = `services:\n  web: { suite: s.yml, task-definition: t.json }\nenvironments:\n${places}\nbranches: ${JSON.stringify(branches)}\n`;
  return consumerWorkflows(readConfiguration(text, 'slipway.yml'));
}

it('looks for all the files that slipway.yml names, those of the way back too, and of each once', () => {
  const text = `services:\n  web: { suite: s.yml, task-definition: t.json, context: web, compose-file: compose.yml }\nenvironments:\n  live:\n    account: 111122223333\n    region: eu-central-1\n    role: arn:aws:iam::111122223333:role/d\n    cluster: c\n    verify: v.yml\n    rollback-verify: back.yml\n    services: { web: { task-definition: live.json } }\nbranches: { main: [live] }\n`;
  expect([...namedFiles(readConfiguration(text, 'slipway.yml'))].sort()).toEqual(
    ['web/Dockerfile', 's.yml', 'compose.yml', 'live.json', 'v.yml', 'back.yml'].sort(),
  );
});

function optionsOf(text: string | undefined, input: string): unknown {
  const dispatch = asMap(asMap(asMap(parse(text ?? ''))['on'])['workflow_dispatch']);
  return asMap(asMap(dispatch['inputs'])[input])['options'];
}

describe('consumerWorkflows', () => {
  it('offers promotions along the stages of a branch', () => {
    const promote = written(['dev', 'staging', 'live'], { main: ['staging', 'live'], develop: ['dev'] }).get(
      'promote.yml',
    );
    expect(optionsOf(promote, 'source-environment')).toEqual(['staging']);
    expect(optionsOf(promote, 'environment')).toEqual(['live']);
  });

  it('offers them from any to any where each branch has one environment', () => {
    const promote = written(['dev', 'live'], { main: ['live'], develop: ['dev'] }).get('promote.yml');
    expect(optionsOf(promote, 'source-environment')).toEqual(['dev', 'live']);
    expect(optionsOf(promote, 'environment')).toEqual(['live', 'dev']);
  });

  it('goes back nowhere when it is pressed as it stands', () => {
    const rollback = written(['staging', 'live'], { main: ['staging', 'live'] }).get('rollback.yml');
    expect(optionsOf(rollback, 'environment')).toEqual([NOT_CHOSEN, 'live', 'staging']);
    expect(optionsOf(rollback, 'service')).toEqual(['web']);
    const monorepo = consumerWorkflows(readConfiguration(read('examples/monorepo/.github/slipway.yml'), 'slipway.yml'));
    expect(optionsOf(monorepo.get('rollback.yml'), 'service')).toEqual([NOT_CHOSEN, 'web', 'api', 'worker']);
  });

  it('writes no promotion for one environment', () => {
    expect([...written(['live'], { main: ['live'] }).keys()]).toEqual(['deliver.yml', 'rollback.yml', 'verify.yml']);
  });

  it('writes names that YAML or GitHub would read as something else', () => {
    const names = ['on', '1e3', 'null', 'no'];
    const workflows = written(names, { "it's": names, 'release/1.x': ['on'], 'feature#1': ['on'], 'a*b+c': ['on'] });
    expect(optionsOf(workflows.get('rollback.yml'), 'environment')).toEqual([NOT_CHOSEN, ...[...names].reverse()]);
    const push = asMap(asMap(asMap(parse(workflows.get('deliver.yml') ?? ''))['on'])['push']);
    expect(push['branches']).toEqual(["it's", 'release/1.x', 'feature#1', 'a\\*b\\+c']);
  });
});

describe('the release that workflows use', () => {
  const used = { repository: 'acme/slipway', version: `${'a1'.repeat(20)} # v1.2.0` };
  const configuration = readConfiguration(read('examples/monorepo/.github/slipway.yml'), 'slipway.yml');

  it.each([...consumerWorkflows(configuration, used)])('is kept when %s is written anew', (_name, text) => {
    expect(referenceIn(text)).toEqual(used);
    expect(text).not.toContain('0000');
  });

  it('is none where nothing was chosen, and unknown in what is no workflow of ours', () => {
    expect(referenceIn(consumerWorkflows(configuration).get('deliver.yml') ?? '')).toEqual(NO_RELEASE);
    expect(referenceIn('jobs: { a: { steps: [] } }')).toBeUndefined();
    expect(referenceIn('jobs:\n  a:\n    uses: acme/ci/.github/workflows/lint.yml@v3\n')).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { jobIn, ofCell } from './own-jobs.js';
import { asMap, type YamlMap } from './yaml-documents.js';
import { usesOf } from './yaml-rules.js';

const { job: rollback } = jobIn('rollback.yml', 'rollback');
const { job: takeBack } = jobIn('stage.yml', 'take-back');

describe('the jobs that go back', () => {
  it('wait for the rules of the environment that is there for that, and show what is deployed in the other', () => {
    const rules = 'cell.rollback-github-environment || cell.github-environment';
    for (const job of [rollback, takeBack]) expect(ofCell(asMap(job['environment'])['name'])).toContain(rules);
    const steps = [rollback, takeBack].flatMap(({ steps: all }) => (all as YamlMap[]).map(asMap));
    const shown = steps.filter((step) => usesOf(step) === '$/actions/rollback').map((step) => asMap(step['with']));
    expect(shown.map((inputs) => ofCell(inputs['github-environment']))).toEqual([
      expect.stringMatching(/\|\| cell\.github-environment \}\}$/),
      '${{ cell.github-environment }}',
    ]);
  });

  it('of one service wait for each other, whoever started them: a person, or a stage that failed', () => {
    const lines = [rollback, takeBack].map((job) => ofCell(asMap(job['concurrency'])['group']));
    const byInputs = /inputs\.cluster != '' && inputs\.[\w-]+ \|\| /g;
    expect(lines[0]?.replaceAll(byInputs, '')).toBe(lines[1]);
    const given = [...(lines[0] ?? '').matchAll(byInputs)].map(([text]) => /inputs\.([\w-]+) \|\|/.exec(text)?.[1]);
    expect(given).toEqual(['allowed-account-ids', 'aws-region', 'cluster', 'service']);
  });

  it('go back without the suite, when that cannot be had, and by no alarm', () => {
    const [suite, step] = (rollback['steps'] as YamlMap[]).map(asMap);
    expect(suite).toMatchObject({ id: 'suite', 'continue-on-error': true, 'timeout-minutes': 2 });
    expect(ofCell(asMap(suite?.['with'])['sparse-checkout'])).toBe('${{ cell.rollback-verify }}');
    const inputs = asMap(step?.['with']);
    expect(ofCell(inputs['verify'])).toBe("${{ steps.suite.outcome == 'success' && cell.rollback-verify || '' }}");
    expect([inputs['verify-if-possible'], ofCell(inputs['verify-variables'])]).toEqual([
      true,
      '${{ cell.verify-variables }}',
    ]);
    expect(inputs).not.toHaveProperty('alarms');
  });

  it('wait for no delivery of it, whose line is of the same parts', () => {
    const delivery = ofCell(asMap(jobIn('stage.yml', 'deploy').job['concurrency'])['group']);
    expect(ofCell(asMap(takeBack['concurrency'])['group'])).toBe(delivery.replace(/^slipway-/, 'slipway-rollback-'));
  });
});

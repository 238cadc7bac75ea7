import { describe, expect, it } from '@jest/globals';
import { loadOwnCode } from './own-code.js';
import { inputsOf, jobIn, jobsIn } from './own-jobs.js';
import { asMap, type YamlMap } from './yaml-documents.js';
import { usesOf } from './yaml-rules.js';

const { workflows } = await loadOwnCode();
const DELIVERING = ['deliver.yml', 'image.yml', 'promote.yml', 'stage.yml'];

const uploads = DELIVERING.flatMap((file) =>
  jobsIn(file).flatMap(({ steps }) => steps.filter((step) => usesOf(step).startsWith('actions/upload-artifact@'))),
);
/** What a step's artifact is called, but for whose it is: `slipway-image`. */
const kindOf = (step: YamlMap): string => String(inputsOf(step)['name']).replace(/-\$\{\{.*$/, '');
const stepIn = (file: string, id: string, uses: string): YamlMap =>
  asMap(jobIn(file, id).steps.find((step) => usesOf(step) === uses));

describe('what jobs hand over to each other', () => {
  it('is kept as long as it is of use, replaced by a job that is run again, and never missing silently', () => {
    const kept = uploads.map((step) => {
      const how = Object.entries(inputsOf(step)).filter(([input]) => input !== 'name' && input !== 'path');
      return [kindOf(step), Object.fromEntries(how)];
    });
    const whole = { 'if-no-files-found': 'error' };
    expect(Object.fromEntries(kept)).toEqual({
      // Gigabytes that are packed already, and that the push takes at once.
      'slipway-image': { ...whole, overwrite: true, 'retention-days': 1, 'compression-level': 0 },
      'slipway-tested': { ...whole, overwrite: true, 'retention-days': 1 },
      // A stage may wait for its approval for weeks, and be run again after that.
      'slipway-source': { ...whole, overwrite: true },
      'slipway-result': { ...whole, overwrite: true },
      // Each attempt has its own.
      'slipway-taken-back': whole,
    });
    expect(uploads.filter((step) => kindOf(step) === 'slipway-source')).toHaveLength(2);
  });

  it('is there where stages follow, and of a pull request there is nothing', () => {
    expect(inputsOf(jobIn('deliver.yml', 'image').job)['hand-over']).toBe(
      "${{ needs.plan.outputs.deliver == 'true' }}",
    );
    expect(jobIn('deliver.yml', 'push').job['if']).toBe("needs.plan.outputs.deliver == 'true'");
    const conditions = jobIn('image.yml', 'image').steps.filter((step) =>
      uploads.some((one) => kindOf(one) === kindOf(step)),
    );
    expect(conditions.map((step) => step['if'])).toEqual(['inputs.hand-over', 'inputs.hand-over']);
    const call = asMap(asMap(asMap(workflows.get('image.yml')?.root)['on'])['workflow_call']);
    expect(asMap(asMap(call['inputs'])['hand-over'])['default']).toBe(false);
    expect(inputsOf(jobIn('verify.yml', 'image').job)).not.toHaveProperty('hand-over');
  });
});

describe('a run that is repeated', () => {
  it.each([
    ['deliver.yml', 'push'],
    ['stage.yml', 'deploy'],
  ])('finds its tag taken, and adds its digest to it: %s, %s', (file, id) => {
    expect(inputsOf(stepIn(file, id, '$/actions/push-ecr'))['tag-taken']).toBe('add-digest');
  });
});

describe('the secrets of the build', () => {
  it('reach the build, and nothing else', () => {
    const given = '${{ secrets.build-secrets }}';
    for (const file of ['deliver.yml', 'verify.yml'])
      expect(asMap(jobIn(file, 'image').job['secrets'])).toEqual({ 'build-secrets': given });
    expect(inputsOf(stepIn('image.yml', 'image', '$/actions/build-image'))['secrets']).toBe(given);
    const texts = [...workflows.values()].map(({ root }) => JSON.stringify(asMap(root)['jobs']));
    expect(texts.join().split('secrets.build-secrets')).toHaveLength(4);
  });
});

describe('one that fails', () => {
  it.each([
    // Each takes its own deployment back: the stage goes out as a group.
    ['stage.yml', 'deploy', true],
    // What is wrong with the others is good to know, and what is half done is to be done.
    ['image.yml', 'image', false],
    ['deliver.yml', 'push', false],
    ['stage.yml', 'take-back', false],
  ])('of the matrix of %s, %s, cancels the others: %s', (file, id, cancels) => {
    expect(asMap(jobIn(file, id).job['strategy'])['fail-fast']).toBe(cancels);
  });
});

describe('the jobs of a stage', () => {
  it.each([
    ['deploy', { contents: 'read', 'id-token': 'write', deployments: 'write', statuses: 'write' }],
    ['deployed', {}],
    ['take-back', { 'id-token': 'write', deployments: 'write', statuses: 'write' }],
  ])('%s may tell GitHub what is deployed, where it changes that, and nothing beyond what it does', (id, may) => {
    expect(jobIn('stage.yml', id).job['permissions']).toEqual(may);
  });
});

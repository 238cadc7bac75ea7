import { describe, expect, it } from '@jest/globals';
import { jobIn } from './own-jobs.js';
import { asMap } from './yaml-documents.js';
import { type Job } from './yaml-rules.js';

const commandsOf = ({ steps }: Job): readonly string[] => steps.map((step) => String(step['run']));

describe('a plan that GitHub emptied on its way, because it holds the text of a secret', () => {
  it.each(['deliver.yml', 'promote.yml', 'rollback.yml'])('fails by name in %s', (name) => {
    const arrived = jobIn(name, 'arrived');
    expect([arrived.job['needs'], arrived.job['permissions']]).toEqual(['plan', {}]);
    expect(commandsOf(arrived)).toEqual([expect.stringMatching(/arrived empty[^]*exit 1/)]);
  });

  it('is looked for in each matrix of a delivery', () => {
    const condition = String(jobIn('deliver.yml', 'arrived').job['if']);
    const outputs = Object.keys(asMap(jobIn('deliver.yml', 'plan').job['outputs']));
    const matrices = outputs.filter((output) => /^(?:images|pushes|stage-\d)$/.test(output));
    expect(matrices).toHaveLength(6);
    const emptied = (matrix: string): string =>
      `contains(needs.plan.outputs.matrices, '${matrix}') && needs.plan.outputs.${matrix} == ''`;
    for (const matrix of matrices) expect(condition).toContain(emptied(matrix));
    // By these the jobs decide, and this condition itself.
    for (const word of ['deliver', 'matrices']) expect(condition).toContain(`needs.plan.outputs.${word} == '' ||`);
  });
});

describe('a rollback', () => {
  it('is refused a time that its job does not have, by name and before anything moves', () => {
    const refused = jobIn('rollback.yml', 'refused');
    const longest = Number(/inputs\.timeout-minutes > (\d+)/.exec(String(refused.job['if']))?.[1]);
    expect(commandsOf(refused)).toEqual([expect.stringMatching(/timeout-minutes[^]*exit 1/)]);
    const { job } = jobIn('rollback.yml', 'rollback');
    expect(String(job['if'])).toContain(`inputs.timeout-minutes <= ${longest}`);
    expect(longest + 15).toBeLessThan(Number(job['timeout-minutes']));
  });
});

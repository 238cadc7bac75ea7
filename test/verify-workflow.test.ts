import { describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { loadOwnCode } from './own-code.js';
import { jobIn } from './own-jobs.js';
import { asMap, type YamlFile } from './yaml-documents.js';
import { gateProblems } from './yaml-references.js';

const { workflows } = await loadOwnCode();
const gate = jobIn('verify.yml', 'verified');
const [step = {}] = gate.steps;

/** What the jobs before it ended as, and what they were planned to be. */
interface Before {
  readonly plan: string;
  readonly matrices: string;
  readonly image: string;
}

async function judge({ plan, matrices, image }: Before) {
  const given = {
    '${{ needs.plan.result }}': plan,
    '${{ needs.plan.outputs.matrices }}': matrices,
    '${{ needs.image.result }}': image,
  };
  const env = Object.entries(asMap(step['env'])).map(([name, from]) => [name, given[from as keyof typeof given]]);
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', String(step['run'])];
  return runProcess({ file: 'bash', args, env: Object.fromEntries(env) as Record<string, string>, timeoutMs: 60_000 });
}

describe('the check that pull requests are required to pass', () => {
  it('waits for every other job, and is never skipped', () => {
    expect(gateProblems(workflows.get('verify.yml') as YamlFile, 'verified')).toEqual([]);
    expect([gate.job['name'], gate.job['permissions']]).toEqual(['verified', {}]);
  });

  it.each<readonly [string, Before, number]>([
    ['all was tested', { plan: 'success', matrices: 'images', image: 'success' }, 0],
    ['nothing was to be tested', { plan: 'success', matrices: 'none', image: 'skipped' }, 0],
    ['a test failed', { plan: 'success', matrices: 'images', image: 'failure' }, 1],
    ['the run was cancelled', { plan: 'success', matrices: 'images', image: 'cancelled' }, 1],
    ['there was no plan', { plan: 'failure', matrices: '', image: 'skipped' }, 1],
    ['the plan was cancelled', { plan: 'cancelled', matrices: '', image: 'skipped' }, 1],
  ])('where %s', async (_title, before, exitCode) => {
    const end = await judge(before);
    expect([end.exitCode, end.stdout]).toEqual([exitCode, expect.not.stringContaining('::error')]);
  });

  it.each(['images', ''])('is red, by name, where GitHub emptied the plan on its way: %j', async (matrices) => {
    const end = await judge({ plan: 'success', matrices, image: 'skipped' });
    expect([end.exitCode, end.stdout]).toEqual([1, expect.stringContaining('The plan arrived empty')]);
  });
});

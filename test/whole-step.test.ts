import { expect, it } from '@jest/globals';
import { CHOICE_STEP, WHOLE_STEP } from '../actions/plan/src/deliveries.js';
import { loadOwnCode } from './own-code.js';
import type { YamlFile } from './yaml-documents.js';
import { jobsOf, usesOf } from './yaml-rules.js';

it('deliver.yml names the step of its plan as later plans look for it, when no services were chosen', async () => {
  const { workflows } = await loadOwnCode();
  const steps = jobsOf(workflows.get('deliver.yml') as YamlFile).flatMap((job) => job.steps);
  const [plan] = steps.filter((step) => usesOf(step) === '$/actions/plan');
  const isWhole = "(inputs.services == 'changed' || inputs.services == 'all')";
  expect(plan?.['name']).toBe(`\${{ ${isWhole} && '${WHOLE_STEP}' || '${CHOICE_STEP}' }}`);
});

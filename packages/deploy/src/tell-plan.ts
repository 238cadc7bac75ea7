import type { Plan } from '@slipway/delivery';
import type { Run } from './run.js';

/** tellPlan prints the plan before anything is changed, and puts it into the report and the summary. */
export async function tellPlan(run: Run, plan: Extract<Plan, { kind: 'deploy' | 'resume' }>): Promise<void> {
  const { told } = plan;
  const lifted = plan.kind === 'deploy' ? plan.refusals.lifted : [];
  const standing = plan.kind === 'deploy' ? plan.refusals.standing : [];
  const notGuaranteed = [
    ...told.notGuaranteed,
    ...lifted.map(({ name, because, loses }) => `Allowed by name (${name}): ${because} Lost: ${loses}.`),
  ];
  await run.log.group('Plan', () => {
    told.steps.forEach((step, at) => run.log.info(`${at + 1}. ${step}`));
    run.log.info(`Calls that change something:\n${told.calls.map((call) => `  - ${call}`).join('\n')}`);
    for (const lost of notGuaranteed) run.log.info(`Not guaranteed: ${lost}`);
    for (const { name, because } of standing) run.log.info(`Refused (${name}): ${because}`);
  });
  run.report('plan', { ...told, notGuaranteed, refused: standing.map(({ name }) => name) });
}

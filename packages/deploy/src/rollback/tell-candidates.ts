import { table } from '@slipway/runtime';
import type { Run } from '../run.js';
import type { Candidate, Candidates } from './candidates.js';

/** tellCandidates shows what one could go back to: in the log, the summary, the report and an output. */
export async function tellCandidates(run: Run, running: string, { all, earlier }: Candidates): Promise<void> {
  const rows = all.map(rowOf);
  run.setOutput('candidates', JSON.stringify(all.map(asOutput)));
  run.report('candidates', all.map(asOutput));
  await run.log.group(`Runs now: ${running}. What was deployed successfully before:`, () => {
    for (const row of rows) run.log.info(row.join('  '));
    if (all.length === 0) run.log.info('Nothing that ECS remembers (90 days).');
    if (earlier > 0) run.log.info(`${earlier} earlier one(s) are not listed; name one with 'to'.`);
    for (const { name, notChecked } of all) for (const why of notChecked) run.log.info(`Not checked: ${name}, ${why}`);
  });
  const rest = earlier > 0 ? `\n\n${earlier} earlier one(s) are not listed.` : '';
  const listed = all.length === 0 ? 'Nothing that ECS remembers (90 days).' : table(HEAD, rows);
  await run.summarise(`### Revisions of ${run.request.service}\n\nRuns now: ${running}\n\n${listed}${rest}`);
}

const HEAD = ['Revision', 'Deployed', 'Commit', 'Image', 'Can be deployed'];

function rowOf({ name, deployedAt, commit, images, unusable }: Candidate): readonly string[] {
  const shown = images.map(({ image }) => shortImage(image)).join(', ');
  return [
    name,
    timeOf(deployedAt),
    commit?.slice(0, 12) ?? '',
    shown,
    unusable === undefined ? 'yes' : `no: ${unusable}`,
  ];
}

/** Without the registry, which holds the account's number, and with the digest's first digits. */
function shortImage(image: string): string {
  return image.replace(/^[^/]*[.:][^/]*\//, '').replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
}

function timeOf(date: Date | undefined): string {
  return date === undefined ? '' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function asOutput({ name, deployedAt, commit, images, unusable }: Candidate): Readonly<Record<string, unknown>> {
  return {
    'task-definition': name,
    'deployed-at': deployedAt?.toISOString() ?? '',
    commit: commit ?? '',
    digests: images.flatMap(({ digest }) => digest ?? []),
    usable: unusable === undefined,
    because: unusable ?? '',
  };
}

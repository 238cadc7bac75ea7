import type { SlipwayError } from '@slipway/core';
import { secondsMs } from '@slipway/core';
import { isGreen, shortName } from '@slipway/delivery';
import { table } from '@slipway/runtime';
import type { Ended } from './ended.js';
import { sectionsOf, type Evidence } from './evidence.js';
import { sharesChart, stagesChart } from './charts.js';
import type { Run } from './run.js';

/** summarise writes the job summary of a deployment: the verdict, the timeline as a picture, the gates, the evidence. */
export async function summarise(
  run: Run,
  { observed, ending }: Ended,
  { evidence, failure }: { readonly evidence?: Evidence; readonly failure?: SlipwayError },
): Promise<void> {
  const outcome = failure && isGreen(ending.outcome) ? 'failed' : ending.outcome;
  const secondMs = secondsMs(run.clock, 1);
  const parts = [
    `### ${isGreen(outcome) ? '✅' : '❌'} ${run.request.service}: ${outcome}`,
    `${shortName(observed.service.taskDefinitionArn)} → ${shortName(observed.wanted.arn)}, ${ending.seconds} s. ${failure?.message ?? ending.because}`,
    stagesChart(ending, secondMs),
    sharesChart(ending, secondMs),
    ending.gates.length === 0
      ? ''
      : table(
          ['Gate', 'When', 'Verdict', 'Why'],
          ending.gates.map(({ gate, position, verdict, because }) => [gate, position, verdict, because]),
        ),
    table(
      ['After', 'What happened'],
      ending.timeline.map(({ atMs, event }) => [`${(atMs / secondMs).toFixed(1)} s`, event]),
    ),
    ...sections(evidence),
  ];
  await run.summarise(parts.filter((part) => part !== '').join('\n\n'));
}

function sections(evidence: Evidence | undefined): readonly string[] {
  if (!evidence) return [];
  return sectionsOf(evidence)
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) =>
      table(
        [title],
        lines.map((line) => [line]),
      ),
    );
}

import { table } from '@slipway/runtime';
import type { JUnitSuite } from '@slipway/http-checks';
import { plain } from '../plain.js';
import type { Test } from '../test.js';
import { CHECKS, type Finding } from './checks.js';

/** tellFindings writes what the suite found: a line each, annotations for failures, report, tally. */
export async function tellFindings(
  { context, tally }: Pick<Test, 'context' | 'tally'>,
  findings: readonly Finding[],
): Promise<void> {
  const { log } = context;
  context.report('deployability', findings);
  for (const finding of findings) {
    const text = `${CHECKS[finding.check].title}: ${finding.because}`;
    log.info(`${finding.state === 'failed' ? 'FAILED ' : finding.state}  ${text}`);
    if (finding.state !== 'failed') continue;
    if (finding.level === 'error') log.error(text, { title: finding.code });
    else log.warning(text, { title: finding.code });
  }
  await tally.add({ suites: [junitOfFindings(findings)], section: summaryOfFindings(findings) });
}

/** junitOfFindings returns one test case per check; what only warns, or was not made, counts as skipped. */
export function junitOfFindings(findings: readonly Finding[]): JUnitSuite {
  const cases = findings.map(({ check, code, level, state, because }) => {
    const why = `${code}: ${because}`;
    const isFailure = state === 'failed' && level === 'error';
    const skipped = state === 'passed' || isFailure ? {} : { skipped: state === 'failed' ? `warning ${why}` : because };
    return { name: `${check}: ${CHECKS[check].title}`, ms: 0, ...(isFailure ? { failure: [why] } : skipped) };
  });
  return { name: 'deployability', cases };
}

const ORDER: readonly Finding['state'][] = ['failed', 'not-run', 'passed'];

/** summaryOfFindings renders the suite for the job's summary, the failed checks first. */
export function summaryOfFindings(findings: readonly Finding[]): string {
  const failed = findings.filter(({ state }) => state === 'failed');
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const title =
    failed.length === 0 ? 'nothing stands in the way' : `${failed.length} of ${findings.length} checks failed`;
  const rows = sorted.map(({ check, code, level, state, because }) => [
    CHECKS[check].title,
    state === 'failed' ? `${level}: ${code}` : state,
    plain(because),
  ]);
  return [`### Deployability: ${title}`, table(['The image …', 'Verdict', 'Why'], rows)].join('\n\n');
}

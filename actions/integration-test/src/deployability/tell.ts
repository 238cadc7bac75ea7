import { table } from '@slipway/runtime';
import type { TestContext } from '../inputs.js';
import { CHECKS, type Finding } from './checks.js';

/** tellFindings writes what the suite found: a line each, annotations for failures, report, summary. */
export async function tellFindings(context: TestContext, findings: readonly Finding[]): Promise<void> {
  const { log } = context;
  context.report('deployability', findings);
  for (const finding of findings) {
    const text = `${CHECKS[finding.check].title}: ${finding.because}`;
    log.info(`${finding.state === 'failed' ? 'FAILED ' : finding.state}  ${text}`);
    if (finding.state !== 'failed') continue;
    if (finding.level === 'error') log.error(text, { title: finding.code });
    else log.warning(text, { title: finding.code });
  }
  await context.summarise(summaryOfFindings(findings));
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

/** Names of checks and paths come from files of the user, answers from anywhere. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!~@:]/g, (character) => `\\${character}`);
}

import { checksEvidence, failedNames, failuresText, type SuiteResult } from '@slipway/http-checks';
import type { Finding } from './finding.js';

/** passedOn is the finding of runs in which no failure repeated. */
export function passedOn(seen: {
  readonly last: SuiteResult;
  readonly runs: number;
  /** How often a check failed that counts. */
  readonly failures: ReadonlyMap<string, number>;
  /** What failed before the shift already. */
  readonly excused: ReadonlySet<string>;
}): Finding {
  const { last, runs, failures, excused } = seen;
  const once = [...failures.keys()];
  const before = failedNames(last).filter((name) => excused.has(name));
  const notes = [
    ...(once.length > 0 ? [`failed once and not again in ${runs} runs: ${once.join(', ')}`] : []),
    ...(before.length > 0 ? [`not judged, as production failed them before the shift: ${before.join(', ')}`] : []),
  ];
  const judged = last.checks.length - before.length;
  const because = `${judged} of ${last.checks.length} checks passed${notes.length > 0 ? ` (${notes.join('; ')})` : ''}.`;
  return { verdict: 'pass', because, evidence: checksEvidence(last, runs) };
}

/** failedOn is the finding of runs in which checks failed that count. */
export function failedOn(baseUrl: string, last: SuiteResult, runs: number): Finding {
  return {
    verdict: 'fail',
    because: `${failuresText(baseUrl, last)} in run ${runs}.`,
    evidence: checksEvidence(last, runs),
  };
}

/** doubtOn is the finding where it is not known whether the old fleet fails the same checks. */
export function doubtOn(baseUrl: string, last: SuiteResult, runs: number): Finding {
  return {
    verdict: 'inconclusive',
    because: `${failuresText(baseUrl, last)}; both fleets answer there, and how the old one did alone was not seen.`,
    evidence: checksEvidence(last, runs),
  };
}

/** cutOff is the finding when time was over before the checks were. */
export function cutOff(baseUrl: string, runs: number): Finding {
  return { verdict: 'inconclusive', because: `The time was over in run ${runs} of the checks at ${baseUrl}.` };
}

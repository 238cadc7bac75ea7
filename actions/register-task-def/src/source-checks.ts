import { SlipwayError, minutesMs } from '@slipway/core';
import {
  assertBaseUrl,
  assertElsewhere,
  assertSuiteRuns,
  checksEvidence,
  failuresText,
  readSuite,
  runOnLive,
  suiteCredentials,
  type LiveResult,
  type RunNeeds,
} from '@slipway/http-checks';
import type { Context } from './ports.js';

/** SourceChecks is a suite that the source has to pass, with what its run needs. */
export interface SourceChecks extends RunNeeds {
  /** Where the source answers; absent: its load balancer tells. */
  readonly baseUrl?: string;
}

/** What the checks at the source came to. */
export interface ChecksSeen {
  /** For people: `3 of 3 checks passed at https://…`. */
  readonly told: string;
  /** For the report; never an answer's body. */
  readonly evidence: unknown;
  /** Absent when they passed. */
  readonly failure?: SlipwayError;
}

/** Somebody waits for it. What takes longer is no check of whether a service is well. */
const LONGEST_MINUTES = 15;

/**
 * sourceChecksFrom reads the suite of 'source-verify', before anything is asked of AWS; undefined where there is none.
 *
 * @throws SlipwayError INPUT_INVALID, SUITE_INVALID, CHECKS_*
 */
export async function sourceChecksFrom(context: Context): Promise<SourceChecks | undefined> {
  const { inputs, github, environment } = context;
  const { 'source-verify': file, 'source-url': url } = inputs;
  if (file === undefined) return undefined;
  assertElsewhere('source-url', url, environment);
  const checks = {
    suite: await readSuite({ file, workspace: github.workspace, input: 'source-verify' }),
    environment,
    tags: inputs['source-verify-tags'],
    variables: inputs['source-verify-variables'],
    ...(url === undefined ? {} : { baseUrl: assertBaseUrl(url) }),
  };
  assertSuiteRuns(checks);
  suiteCredentials(checks).forEach((secret) => context.mask(secret));
  return checks;
}

/** makeSourceChecks runs a suite where the source answers. @throws the signal's reason */
export async function makeSourceChecks(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  checks: SourceChecks & { readonly baseUrl: string },
): Promise<ChecksSeen> {
  const { baseUrl } = checks;
  const deadline = clock.now() + minutesMs(clock, LONGEST_MINUTES);
  const live = await runOnLive({ ...checks, clock, signal, deadline });
  if (live.state === 'cut-off') {
    const told = `The time was over in run ${live.runs} of the checks at ${baseUrl}`;
    return { told, evidence: { url: baseUrl, runs: live.runs }, failure: failed(told) };
  }
  return { evidence: { url: baseUrl, ...checksEvidence(live.last, live.runs) }, ...judged(baseUrl, live) };
}

function judged(baseUrl: string, { state, last }: Exclude<LiveResult, { state: 'cut-off' }>) {
  if (state === 'passed') return { told: `${last.passed} of ${last.checks.length} checks passed at ${baseUrl}` };
  const told = failuresText(baseUrl, last);
  return { told, failure: failed(told) };
}

function failed(told: string): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_SOURCE_CHECKS_FAILED',
    message: `What the source runs does not pass its checks. ${told}.`,
    hint: 'Look at the source environment; deliver there what passes, and promote that.',
    kind: 'world',
    retryable: true,
  });
}

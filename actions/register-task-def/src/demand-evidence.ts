import { SlipwayError } from '@slipway/core';
import { table } from '@slipway/runtime';
import { gatherEvidence, type Evidence } from './evidence.js';
import type { Inputs, ServicePlace } from './plan.js';
import type { Context } from './ports.js';
import { makeSourceChecks, type ChecksSeen, type SourceChecks } from './source-checks.js';
import { sourceUrl, type SourcePorts } from './source-url.js';

/** What was seen at the source; absent: not asked for. */
interface Seen {
  readonly evidence?: Evidence;
  readonly checks?: ChecksSeen;
}

/**
 * demandEvidence looks for what speaks for what the source runs, as far as the inputs ask for it, tells it, and refuses
 * what is not proved there.
 *
 * @throws SlipwayError REGISTER_SOURCE_MOVING, _NOT_DEPLOYED, _NOT_BAKED, _DISAGREES, _UNHEALTHY, _CHECKS_FAILED;
 * REGISTER_IMAGE_SOURCE, INPUT_INVALID
 */
export async function demandEvidence(
  context: Context,
  ports: SourcePorts,
  suite: SourceChecks | undefined,
): Promise<void> {
  const { inputs, clock, log } = context;
  if (!inputs['source-evidence'] && !suite) return;
  const place = placeOf(inputs);
  const wanted = { ...place, bakedMinutes: inputs['source-baked-minutes'] };
  const evidence = inputs['source-evidence'] ? await gatherEvidence(ports.source, clock, wanted) : undefined;
  const baseUrl = suite && (suite.baseUrl ?? (await sourceUrl(ports, place)));
  const checks = suite && baseUrl ? await makeSourceChecks(context, { ...suite, baseUrl }) : undefined;
  const seen = { ...(evidence ? { evidence } : {}), ...(checks ? { checks } : {}) };
  const missing = [...(evidence?.missing ?? []), ...(checks?.failure ? [checks.failure] : [])];
  context.report('evidence', reportOf(seen, missing));
  await context.summarise(summaryOf(place.service, seen, missing));
  const [first, ...others] = missing;
  if (!first) return log.info(proved(place, seen));
  for (const { code, message } of others) log.info(`Missing too: ${code}: ${message}`);
  throw first;
}

function placeOf({ 'source-cluster': cluster, 'source-service': service }: Inputs): ServicePlace {
  if (cluster !== undefined && service !== undefined) return { cluster, service };
  throw new SlipwayError({
    code: 'REGISTER_IMAGE_SOURCE',
    message: "'source-evidence' or 'source-verify' is asked for, and no source is named.",
    hint: "Give 'source-cluster' and 'source-service', or leave it out.",
  });
}

function reportOf({ evidence, checks }: Seen, missing: readonly SlipwayError[]): object {
  return {
    ...evidence,
    ...(checks ? { checks: checks.evidence } : {}),
    missing: missing.map(({ code, message }) => ({ code, message })),
  };
}

function summaryOf(service: string, { evidence, checks }: Seen, missing: readonly SlipwayError[]): string {
  const facts = evidence && [
    ['Revision', evidence.taskDefinition ?? 'not known'],
    ['Deployed successfully', evidence.finishedAt ?? 'no'],
    ['Running tasks', String(evidence.runningTasks)],
    ['Images', evidence.digests.join('\n')],
  ];
  const rows = [
    ...(facts ?? []),
    ...(checks ? [['Checks', checks.told]] : []),
    ...missing.map(({ code, message }) => [`❌ ${code}`, message]),
  ];
  return `### ${missing.length === 0 ? '✅' : '❌'} Evidence from the source ${service}\n\n${table(['What', 'As it is'], rows)}`;
}

function proved({ cluster, service }: ServicePlace, { evidence, checks }: Seen): string {
  const told = [...(evidence?.taskDefinition ? [evidence.taskDefinition] : []), ...(checks ? [checks.told] : [])];
  return `What '${service}' of '${cluster}' runs proved itself there: ${told.join('; ')}.`;
}

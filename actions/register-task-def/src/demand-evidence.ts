import type { EcsPort } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { table } from '@slipway/runtime';
import { gatherEvidence, type Evidence } from './evidence.js';
import type { Context } from './ports.js';

/**
 * demandEvidence reads what speaks for what the source runs, tells it, and refuses what is not proved there.
 *
 * @throws SlipwayError REGISTER_SOURCE_MOVING, _NOT_DEPLOYED, _NOT_BAKED, _DISAGREES, _UNHEALTHY; REGISTER_IMAGE_SOURCE
 */
export async function demandEvidence(context: Context, ecs: EcsPort): Promise<void> {
  const { inputs, clock, log } = context;
  const { 'source-cluster': cluster, 'source-service': service } = inputs;
  if (cluster === undefined || service === undefined) throw noSource();
  const evidence = await gatherEvidence(ecs, clock, { cluster, service, bakedMinutes: inputs['source-baked-minutes'] });
  const { missing, ...facts } = evidence;
  context.report('evidence', { ...facts, missing: missing.map(({ code, message }) => ({ code, message })) });
  await context.summarise(summaryOf(service, evidence));
  const [first, ...others] = missing;
  if (!first)
    return log.info(`What '${service}' of '${cluster}' runs proved itself there: ${facts.taskDefinition ?? ''}.`);
  for (const { code, message } of others) log.info(`Missing too: ${code}: ${message}`);
  throw first;
}

function noSource(): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_IMAGE_SOURCE',
    message: "'source-evidence' is asked for, and no source is named.",
    hint: "Give 'source-cluster' and 'source-service', or leave it out.",
  });
}

function summaryOf(service: string, evidence: Evidence): string {
  const rows = [
    ['Revision', evidence.taskDefinition ?? 'not known'],
    ['Deployed successfully', evidence.finishedAt ?? 'no'],
    ['Running tasks', String(evidence.runningTasks)],
    ['Images', evidence.digests.join('\n')],
    ...evidence.missing.map(({ code, message }) => [`❌ ${code}`, message]),
  ];
  const mark = evidence.missing.length === 0 ? '✅' : '❌';
  return `### ${mark} Evidence from the source ${service}\n\n${table(['What', 'As it is'], rows)}`;
}

import { table, type ActionResult } from '@slipway/runtime';
import type { CheckedPlaces } from './check-places.js';
import type { Delivered, PlacedBlob } from './deliver.js';
import type { PushContext } from './inputs.js';
import type { TagPlan } from './plan.js';

/** tell sets the outputs, the report and the summary of what was delivered; the first is the job's own place. */
export async function tell(context: PushContext, delivered: readonly Delivered[]): Promise<ActionResult> {
  const pushed = delivered.some((one) => one.pushed);
  const [own] = delivered;
  if (own) {
    context.setOutput('digest', own.digest);
    context.setOutput('registry', own.uri.slice(0, -(own.repository.length + 1)));
    context.setOutput('image-uri', `${own.uri}@${own.digest}`);
  }
  context.setOutput('pushed', String(pushed));
  const rows = delivered.map((one) => [
    ...[one.label, one.repository, one.tag, one.digest],
    one.pushed ? `pushed and read back: ${blobWords(one)}` : 'was there already',
  ]);
  await context.summarise(`### Image in the registry\n\n${table(['Where', 'Repository', 'Tag', 'Digest', ''], rows)}`);
  return { outcome: pushed ? 'succeeded' : 'unchanged' };
}

/** tellPlan tells, place by place, what a push would do. */
export async function tellPlan(
  context: PushContext,
  digest: string,
  { tag, checked, others }: CheckedPlaces,
): Promise<ActionResult> {
  const { repository } = context.inputs;
  const rows = [
    ...checked.map((target) => [
      ...[target.label, repository, tag],
      `${wordsOf(target.plan, digest)}${target.uri === undefined ? '; the repository would be made' : ''}`,
    ]),
    ...others.map((other) => [...[other.host, other.repository, other.tag], wordsOf(other.plan, digest)]),
  ];
  for (const [where, name, label, words] of rows) {
    context.log.info(`${where}: '${name}:${label}' ${words}. Nothing was pushed.`);
  }
  context.setOutput('pushed', 'false');
  await context.summarise(`### What a push would do\n\n${table(['Where', 'Repository', 'Tag', ''], rows)}`);
  return { outcome: 'planned' };
}

function wordsOf(plan: TagPlan, digest: string): string {
  switch (plan.kind) {
    case 'push':
      return `would name ${digest}`;
    case 'unchanged':
      return `names ${digest} already`;
    case 'move':
    case 'taken':
      return `would be moved from ${plan.current} to ${digest}`;
  }
}

/** tellBlobs sets what travelled, also of a push that failed half-way. */
export function tellBlobs(context: PushContext, blobs: readonly PlacedBlob[]): void {
  const sent = blobs.filter(({ outcome }) => outcome === 'sent');
  const bytes = sent.reduce((sum, { size }) => sum + size, 0);
  context.setOutput('layers-pushed', String(sent.length));
  context.setOutput('layers-reused', String(blobs.length - sent.length));
  context.setOutput('bytes-pushed', String(bytes));
  context.report('blobs', blobs);
  context.report('bytesSent', bytes);
}

function blobWords({ blobs }: Delivered): string {
  const sent = blobs.filter(({ outcome }) => outcome === 'sent').length;
  return `${sent} sent, ${blobs.length - sent} reused`;
}

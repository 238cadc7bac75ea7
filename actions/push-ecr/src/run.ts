import { assertAccountAllowed, type EcrPort, type StsPort } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { PushedBlob } from '@slipway/oci';
import { table, type ActionResult } from '@slipway/runtime';
import { repositoryNotFound, tagImmutable, tagTaken } from './errors.js';
import type { PushContext } from './inputs.js';
import { verifyLayout, type VerifiedLayout } from './layout.js';
import { planTag, type TagPlan } from './plan.js';
import type { PushImage } from './push-image.js';
import { provenDigest, readBack, type Expectation } from './read-back.js';

/** What pushing needs of the world. */
export interface Ports {
  readonly ecr: EcrPort;
  readonly sts: StsPort;
  readonly pushImage: PushImage;
  readonly region: string;
}

/** run pushes the layout's image, unless its tag names it already. */
export async function run(context: PushContext, ports: Ports): Promise<ActionResult> {
  const { inputs, log, signal } = context;
  const { repository, tag, digest } = inputs;
  await assertAccountAllowed(ports.sts, inputs['allowed-account-ids']);
  const image = await verifyLayout(inputs['oci-layout'], digest, signal);
  log.info(`The layout holds ${digest}: ${image.blobs.length} blobs, each as its digest says.`);
  if (!(await ports.ecr.repository(repository))) throw repositoryNotFound(repository, ports.region);
  context.setOutput('repository', repository);
  context.setOutput('tag', tag);
  const expected = { repository, tag, digest };
  const current = await ports.ecr.manifest(repository, { tag });
  const plan = planTag(current?.digest, digest, inputs['move-tag']);
  if (plan.kind === 'taken') throw tagTaken({ repository, tag, current: plan.current, wanted: digest });
  if (plan.kind === 'unchanged' && current) {
    log.info(`'${repository}:${tag}' names ${digest} already. Nothing was pushed.`);
    return tell(context, { digest: provenDigest(current, expected), pushed: false, outcome: 'unchanged' });
  }
  if (inputs['dry-run']) {
    log.info(`Would push ${digest} to '${repository}:${tag}'${movedFrom(plan)}. Nothing was pushed.`);
    context.setOutput('pushed', 'false');
    return { outcome: 'planned' };
  }
  await push(context, ports, { image, expected, plan });
  const found = await readBack(ports.ecr, expected, context);
  log.info(`Pushed ${found} to '${repository}:${tag}'${movedFrom(plan)}, and read it back.`);
  return tell(context, { digest: found, pushed: true, outcome: 'succeeded' });
}

interface Decided {
  readonly image: VerifiedLayout;
  readonly expected: Expectation;
  readonly plan: TagPlan;
}

async function push(context: PushContext, ports: Ports, { image, expected, plan }: Decided): Promise<void> {
  const credentials = await ports.ecr.credentials();
  // Before anything else can print it. The token is what AWS calls the pair: it holds the password too.
  context.mask(credentials.password);
  context.mask(Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64'));
  const { repository, tag } = expected;
  const blobs: PushedBlob[] = [];
  const onBlob = (blob: PushedBlob): void => {
    blobs.push(blob);
    context.log.info(`${blob.digest}  ${megabytes(blob.size)}  ${OUTCOME_IN_WORDS[blob.outcome]}`);
  };
  const { layout, digest } = image;
  const { clock, signal } = context;
  try {
    const order = { layout, digest, credentials, repository, tag, clock, signal, onBlob };
    await context.log.group(`Push ${digest}`, () => ports.pushImage(order));
  } catch (error) {
    throw await explain(ports, { image, expected, plan }, error);
  } finally {
    const sent = blobs.filter(({ outcome }) => outcome === 'sent');
    context.report('blobs', blobs);
    context.report(
      'bytesSent',
      sent.reduce((sum, { size }) => sum + size, 0),
    );
  }
}

const OUTCOME_IN_WORDS: Readonly<Record<PushedBlob['outcome'], string>> = {
  sent: 'sent',
  skipped: 'there already',
  mounted: 'taken over from another repository',
};

/** A registry that refuses may have given the tag to another job meanwhile, or may not move it: the tag itself tells. */
async function explain(ports: Ports, { expected, plan }: Decided, error: unknown): Promise<unknown> {
  if (!(error instanceof SlipwayError) || error.code !== 'OCI_REGISTRY_REFUSED') return error;
  const { repository, tag, digest } = expected;
  const current = (await ports.ecr.manifest(repository, { tag }).catch(() => undefined))?.digest;
  if (current === undefined || current === digest) return error;
  const conflict = { repository, tag, current, wanted: digest };
  return plan.kind === 'push' ? tagTaken(conflict) : tagImmutable(conflict, error);
}

interface Pushed {
  readonly digest: string;
  readonly pushed: boolean;
  readonly outcome: 'succeeded' | 'unchanged';
}

async function tell(context: PushContext, { digest, pushed, outcome }: Pushed): Promise<ActionResult> {
  const { repository, tag } = context.inputs;
  context.setOutput('digest', digest);
  context.setOutput('pushed', String(pushed));
  const rows = [[repository, tag, digest, pushed ? 'pushed and read back' : 'was there already']];
  await context.summarise(`### Image in Amazon ECR\n\n${table(['Repository', 'Tag', 'Digest', ''], rows)}`);
  return { outcome };
}

function movedFrom(plan: TagPlan): string {
  return plan.kind === 'move' ? `, which named ${plan.current} before` : '';
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}

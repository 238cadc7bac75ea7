import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DescribedDefinition } from '@slipway/aws';
import { messageOf } from '@slipway/core';
import type { ActionResult } from '@slipway/runtime';
import { changedContainers, containerNames } from '@slipway/task-definition';
import { demandEvidence } from './demand-evidence.js';
import { keepRevisions } from './keep-revisions.js';
import type { Context, Ports } from './ports.js';
import { assertImageThere, assertPlatform } from './preflight.js';
import { prepare, type Wanted } from './prepare.js';
import { tellPromoted } from './promoted.js';
import { register, sameRevision } from './register.js';
import { sourceChecksFrom } from './source-checks.js';
import { absenceText, summaryOf } from './summary.js';

/** run registers the task definition of the inputs, unless the latest revision of its family is the same. */
export async function run(context: Context, ports: Ports): Promise<ActionResult> {
  const { inputs, log, clock, signal } = context;
  const suite = await sourceChecksFrom(context);
  const wanted = await prepare(context, ports);
  await demandEvidence(context, ports, suite);
  const { definition, latest } = wanted;
  await tell(context, wanted);
  const [promoted] = wanted.images;
  if (inputs['dry-run'] && inputs['source-service'] !== undefined && promoted)
    await tellPromoted(context, ports.sourceImages, promoted);
  const same = inputs['skip-if-unchanged'] && latest && sameRevision(definition, latest) ? latest : undefined;
  if (inputs.preflight) await preflight(ports, wanted, same !== undefined);
  if (same) {
    log.info(`${nameOf(same)} is the same: no revision is registered.`);
    await conclude(context, wanted, { revision: same, isNew: false });
  } else if (inputs['dry-run']) {
    log.info(`Would register a revision of '${String(definition['family'])}'. Nothing was changed.`);
    await summarise(context, wanted, 'Task definition, planned');
  } else {
    const registered = await register({ ...ports, clock, signal }, definition, latest?.revision ?? 0);
    log.info(`Registered ${nameOf(registered)}.`);
    await conclude(context, wanted, { revision: registered, isNew: true });
    await cleanUp(context, ports, { family: registered.family, current: registered.arn });
    return { outcome: 'succeeded' };
  }
  await cleanUp(context, ports, { family: String(definition['family']), current: same?.arn });
  return { outcome: inputs['dry-run'] ? 'planned' : 'unchanged' };
}

/** Of an unchanged revision the images were looked at when it was registered: here only that they are still there. */
async function preflight(ports: Ports, { definition, images }: Wanted, isUnchanged: boolean): Promise<void> {
  for (const image of images) {
    const manifest = await assertImageThere(ports, image);
    if (manifest && !isUnchanged) await assertPlatform(ports, definition, { image, manifest });
  }
}

/** What is known before anything is registered is told before. */
async function tell(context: Context, { definition, images, base, absent, differences }: Wanted): Promise<void> {
  const { log } = context;
  const digests = [...new Set(images.map(({ digest }) => digest))];
  if (digests.length === 1 && digests[0] !== undefined) context.setOutput('digest', digests[0]);
  const changed = base ? changedContainers(differences) : containerNames(definition);
  context.setOutput('changed-containers', changed.join(','));
  context.setOutput('diff', JSON.stringify(differences));
  context.report('diff', differences);
  context.setOutput('rendered-path', await writeRendered(context, definition));
  if (absent) log.info(absenceText(absent));
  if (base && differences.length > 0) {
    await log.group(`What differs from ${nameOf(base)}: ${differences.length}`, () => {
      for (const { path: place, change } of differences) log.info(`${change.padEnd(8)} ${place}`);
    });
  }
}

/** The values of variables are in it: nobody else reads it. */
async function writeRendered({ github }: Context, definition: object): Promise<string> {
  const folder = path.join(github.temp, 'slipway');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `task-definition-${randomUUID()}.json`);
  await writeFile(file, `${JSON.stringify(definition, undefined, 2)}\n`, { mode: 0o600 });
  return file;
}

async function conclude(
  context: Context,
  wanted: Wanted,
  { revision, isNew }: { readonly revision: DescribedDefinition; readonly isNew: boolean },
): Promise<void> {
  context.setOutput('task-definition', nameOf(revision));
  context.setOutput('task-definition-arn', revision.arn);
  context.setOutput('family', revision.family);
  context.setOutput('revision', String(revision.revision));
  context.setOutput('registered', String(isNew));
  await summarise(context, wanted, `Task definition ${nameOf(revision)}${isNew ? '' : ', unchanged'}`);
}

function summarise(context: Context, wanted: Wanted, title: string): Promise<void> {
  const { definition, differences, base, absent } = wanted;
  return context.summarise(summaryOf({ title, definition, differences, absent, against: base && nameOf(base) }));
}

/** The revision is there: that others could not be cleaned up is told, and is no failure of this step. */
async function cleanUp(
  context: Context,
  ports: Ports,
  of: { readonly family: string; readonly current: string | undefined },
): Promise<void> {
  const { inputs, log } = context;
  const keep = inputs['keep-revisions'];
  if (keep === undefined) return;
  const keeping = { ...of, keep, isDryRun: inputs['dry-run'] };
  try {
    context.report('deregistered', await keepRevisions(ports, log, keeping));
  } catch (error) {
    log.warning(`Older revisions of '${of.family}' stay: ${messageOf(error)}`);
  }
}

function nameOf({ family, revision }: DescribedDefinition): string {
  return `${family}:${revision}`;
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError, messageOf } from '@slipway/core';
import { readConfiguration, type Configuration } from '@slipway/configuration';
import type { ActionResult } from '@slipway/runtime';
import type { Cell } from './cells.js';
import { changesAgainstBranch, changesSinceDelivery, type Changes } from './changes.js';
import { chooseServices, type Choice } from './choose.js';
import type { Api } from './deliveries.js';
import { runOf, type Run } from './event.js';
import type { PlanContext } from './inputs.js';
import { imagesOf, matricesOf, textsOf, type Matrices } from './matrices.js';
import { assertNotOvertaken } from './overtaken.js';
import { readSettings, settingsCell, settingsMatrices, type Operation } from './settings.js';
import { promotionOf, rollbackOf } from './single.js';
import { beginStage, takenBackOf } from './stage.js';
import { blindNote, cellSummary, deliverySummary } from './summary.js';

/** run reads the configuration and tells the jobs of the workflow what each of them has to do. */
export async function run(context: PlanContext, api: Api): Promise<ActionResult> {
  const { operation } = context.inputs;
  switch (operation) {
    case 'begin-stage':
      await beginStage(context, api);
      return { outcome: 'planned' };
    case 'take-back':
      return tellTakeBack(context);
    case 'deliver':
    case 'verify':
    case 'promote':
    case 'rollback':
      return plan(context, api, operation);
  }
}

async function plan(context: PlanContext, api: Api, operation: Operation): Promise<ActionResult> {
  const { inputs } = context;
  const settings = readSettings(inputs.settings, operation);
  switch (operation) {
    case 'promote':
      return tellCell(context, settings ? settingsCell(settings) : promotionOf(await read(context), inputs));
    case 'rollback':
      return tellCell(context, settings ? settingsCell(settings) : rollbackOf(await read(context), inputs));
    case 'deliver':
    case 'verify':
      await assertNotOvertaken(context, api);
      if (settings) {
        const choice = { services: [settings.inputs['service'] ?? ''], why: 'it is the one that the inputs describe' };
        return tellDelivery(context, choice, settingsMatrices(settings));
      }
      return planDelivery(context, await read(context), api);
  }
}

async function planDelivery(context: PlanContext, configuration: Configuration, api: Api): Promise<ActionResult> {
  const { inputs, github } = context;
  const target = runOf(context);
  const choice = await chooseServices(configuration, inputs.services, {
    configFile: path.relative(github.workspace, inputs.config).split(path.sep).join('/'),
    find: () => findChanges(context, target, api),
  });
  const { branches } = configuration;
  const isDriving = target.branch !== undefined && Object.hasOwn(branches, target.branch);
  const environments = isDriving ? (branches[target.branch ?? ''] ?? []) : [];
  const matrices = matricesOf(configuration, choice.services, environments);
  // What is only tested is built whether its branch drives anything or not.
  const images = imagesOf(configuration, choice.services, environments);
  if (target.isOnlyTested && !target.isProposal)
    return tellDelivery(context, choice, { images, pushes: [], stages: [] });
  const told = isDriving ? choice : { ...choice, undriven: nameOf(target) };
  if (target.isProposal) return tellDelivery(context, told, { ...matrices, images });
  if (!isDriving) tellUndriven(context, target, Object.keys(branches));
  const delivered = matrices.images.map((cell) => cell['service'] ?? '');
  return tellDelivery(context, { ...told, services: delivered }, matrices);
}

/** A choice, and what nothing came of because the configuration does not name that. */
type Told = Choice & { readonly undriven?: string };

/** In the middle of a sentence. */
function nameOf({ branch }: Run): string {
  return branch === undefined ? 'a tag' : `the branch '${branch}'`;
}

/**
 * Who started the run by hand, for certain services, is not to believe that they were delivered; nor who releases by tags.
 * A push to some other branch is no news.
 *
 * @throws SlipwayError PLAN_NOT_DRIVEN
 */
function tellUndriven({ log, github, inputs }: PlanContext, target: Run, driving: readonly string[]): void {
  const subject = nameOf(target);
  const message = `${subject.charAt(0).toUpperCase()}${subject.slice(1)} drives no environment: nothing is delivered.`;
  const isByHand = github.eventName === 'workflow_dispatch';
  if (!isByHand && target.branch !== undefined) return log.info(message);
  if (!isByHand || inputs.services === 'changed') return log.warning(message);
  throw new SlipwayError({
    code: 'PLAN_NOT_DRIVEN',
    message,
    hint: `Start the run on a branch that does (${driving.join(', ')}), or name the branch under 'branches' of the configuration.`,
  });
}

/** A person should hear what GitHub did not answer, and why; that a first delivery is everything is no news. */
async function findChanges({ log, github }: PlanContext, target: Run, api: Api): Promise<Changes> {
  if (target.isOnlyTested && !target.isProposal)
    return { kind: 'everything', why: `a run of '${github.eventName ?? ''}' proposes no change of a branch` };
  const range = { ...target, branch: target.branch ?? '' };
  const changes = target.isProposal ? await changesAgainstBranch(api, range) : await changesSinceDelivery(api, range);
  if (changes.kind === 'everything' && changes.unanswered) {
    const needed = target.isProposal ? "'contents: read'" : "'actions: read' and 'contents: read'";
    const remedy = changes.unanswered === 'denied' ? ` The job needs ${needed}.` : '';
    log.warning(`${changes.why} All services are planned.${remedy}`);
  }
  return changes;
}

async function tellDelivery(context: PlanContext, choice: Told, matrices: Matrices): Promise<ActionResult> {
  const { log } = context;
  const { isProposal, isOnlyTested, branch } = runOf(context);
  const isDelivered = !isOnlyTested && matrices.stages.length > 0;
  const texts = textsOf(isDelivered ? matrices : { ...matrices, pushes: [], stages: [] });
  context.setOutput('deliver', String(isDelivered));
  context.setOutput('services', JSON.stringify(choice.services));
  for (const [name, text] of Object.entries(texts)) context.setOutput(name as keyof typeof texts, text);
  const filled = Object.entries(texts).flatMap(([name, text]) => (text === '' ? [] : [name]));
  // Never empty: what arrives so was emptied by GitHub.
  context.setOutput('matrices', filled.join(',') || 'none');
  context.setOutput('cell', '');
  tellAttempt(context);
  const outcome = matrices.images.length > 0 ? 'planned' : 'nothing-to-do';
  log.info(`${outcome}: ${choice.services.join(', ') || 'no service'} (${choice.why})`);
  for (const { environment, cells } of matrices.stages) log.info(`  ${environment}: ${cells.length}`);
  await context.summarise(deliverySummary({ ...choice, isProposal, matrices }));
  context.report('plan', {
    branch,
    services: choice.services,
    why: choice.why,
    stages: matrices.stages.map(stageFacts),
  });
  return { outcome };
}

/** An output is kept when other jobs alone are run again: by it they know that they are a part. */
function tellAttempt(context: PlanContext): void {
  context.setOutput('attempt', context.github.runAttempt ?? '1');
}

async function tellTakeBack(context: PlanContext): Promise<ActionResult> {
  const include = await takenBackOf(context);
  context.setOutput('taken-back', include.length === 0 ? '' : JSON.stringify({ include }));
  return { outcome: include.length === 0 ? 'nothing-to-do' : 'planned' };
}

function stageFacts({ environment, cells }: Matrices['stages'][number]) {
  return { environment, services: cells.map((cell) => cell['service']) };
}

async function tellCell(context: PlanContext, cell: Cell): Promise<ActionResult> {
  context.setOutput('deliver', 'false');
  context.setOutput('services', JSON.stringify([cell['service']]));
  context.setOutput('cell', JSON.stringify(cell));
  tellAttempt(context);
  const { operation } = context.inputs;
  const note = blindNote(operation, cell);
  if (note !== undefined) context.log.info(note);
  await context.summarise(cellSummary(operation, cell));
  context.report('plan', { operation, cell });
  return { outcome: 'planned' };
}

/** @throws SlipwayError CONFIG_INVALID, PLAN_CONFIG_NOT_FOUND */
async function read({ inputs, github }: PlanContext): Promise<Configuration> {
  const name = path.relative(github.workspace, inputs.config);
  let text: string;
  try {
    text = await readFile(inputs.config, 'utf8');
  } catch (cause) {
    throw new SlipwayError({
      code: 'PLAN_CONFIG_NOT_FOUND',
      message: `There is no configuration at '${name}': ${messageOf(cause)}.`,
      hint: "Check out the repository before this step, and write the file, or name it by 'config'.",
      cause,
    });
  }
  return readConfiguration(text, name);
}

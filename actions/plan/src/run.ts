import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError, messageOf } from '@slipway/core';
import { readConfiguration, type Configuration } from '@slipway/configuration';
import type { ActionResult } from '@slipway/runtime';
import type { Cell } from './cells.js';
import { changesAgainstBranch, changesSinceDelivery, type Api, type Changes } from './changes.js';
import { chooseServices, type Choice } from './choose.js';
import { runOf, type Run } from './event.js';
import type { PlanContext } from './inputs.js';
import { imagesOf, matricesOf, textsOf, type Matrices } from './matrices.js';
import { readSettings, settingsCell, settingsMatrices } from './settings.js';
import { promotionOf, rollbackOf } from './single.js';
import { cellSummary, deliverySummary } from './summary.js';

/** run reads the configuration and tells the jobs of the workflow what each of them has to do. */
export async function run(context: PlanContext, api: Api): Promise<ActionResult> {
  const { inputs } = context;
  const settings = readSettings(inputs.settings, inputs.operation);
  switch (inputs.operation) {
    case 'promote':
      return tellCell(context, settings ? settingsCell(settings) : promotionOf(await read(context), inputs));
    case 'rollback':
      return tellCell(context, settings ? settingsCell(settings) : rollbackOf(await read(context), inputs));
    case 'deliver':
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
  const environments =
    target.branch !== undefined && Object.hasOwn(branches, target.branch) ? branches[target.branch] : [];
  const matrices = matricesOf(configuration, choice.services, environments ?? []);
  // A proposal is built and tested whether its branch drives anything or not.
  if (target.isProposal)
    return tellDelivery(context, choice, { ...matrices, images: imagesOf(configuration, choice.services) });
  const delivered = matrices.images.map((cell) => cell['service'] ?? '');
  return tellDelivery(context, { ...choice, services: delivered }, matrices);
}

/** A person should hear of a permission that is missing; that a first delivery is everything is no news. */
async function findChanges({ log }: PlanContext, target: Run, api: Api): Promise<Changes> {
  const range = { ...target, branch: target.branch ?? '' };
  const changes = target.isProposal ? await changesAgainstBranch(api, range) : await changesSinceDelivery(api, range);
  if (changes.kind === 'everything' && changes.isDenied) {
    log.warning(`${changes.why}. All services are planned. The job needs 'actions: read' and 'contents: read'.`);
  }
  return changes;
}

async function tellDelivery(context: PlanContext, choice: Choice, matrices: Matrices): Promise<ActionResult> {
  const { log } = context;
  const { isProposal, branch } = runOf(context);
  const isDelivered = !isProposal && matrices.stages.length > 0;
  const texts = textsOf(isDelivered ? matrices : { ...matrices, pushes: [], stages: [] });
  context.setOutput('deliver', String(isDelivered));
  context.setOutput('services', JSON.stringify(choice.services));
  for (const [name, text] of Object.entries(texts)) context.setOutput(name as keyof typeof texts, text);
  context.setOutput('cell', '');
  const outcome = matrices.images.length > 0 ? 'planned' : 'nothing-to-do';
  log.info(`${outcome}: ${choice.services.join(', ') || 'no service'} (${choice.why})`);
  for (const { environment, cells } of matrices.stages) log.info(`  ${environment}: ${cells.length}`);
  await context.summarise(deliverySummary({ ...choice, branch, isProposal, matrices }));
  context.report('plan', {
    branch,
    services: choice.services,
    why: choice.why,
    stages: matrices.stages.map(stageFacts),
  });
  return { outcome };
}

function stageFacts({ environment, cells }: Matrices['stages'][number]) {
  return { environment, services: cells.map((cell) => cell['service']) };
}

async function tellCell(context: PlanContext, cell: Cell): Promise<ActionResult> {
  context.setOutput('deliver', 'false');
  context.setOutput('services', JSON.stringify([cell['service']]));
  context.setOutput('cell', JSON.stringify(cell));
  await context.summarise(cellSummary(context.inputs.operation, cell));
  context.report('plan', { operation: context.inputs.operation, cell });
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

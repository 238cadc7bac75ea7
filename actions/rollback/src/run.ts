import type { EcrPort } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import {
  announcePost,
  announced,
  announcerFrom,
  asDelivery,
  confirmEnd,
  gatesFrom,
  requestFrom,
  rollBack,
  type Connection,
  type Rollback,
  type Run,
} from '@slipway/deploy';
import type { ActionResult } from '@slipway/runtime';
import type { Context } from './context.js';
import { createImages } from './images.js';

/** How a rollback reaches AWS. */
export interface Reach extends Connection {
  readonly ecr: Pick<EcrPort, 'credentials'>;
}

/** run goes back to what the inputs say, or holds or releases deliveries, and tells how that ended. */
export async function run(context: Context, reach: Reach): Promise<ActionResult> {
  const { inputs } = context;
  const run = runFrom(context, reach, await gatesOf(context, reach));
  const rollback: Rollback = {
    hold: inputs.hold,
    holdText: holdText(context),
    strategy: inputs.strategy,
    images: createImages(reach.ecr, context),
    ...(inputs.to === undefined ? {} : { to: inputs.to }),
    ...(inputs.from === undefined ? {} : { from: inputs.from }),
  };
  if (inputs.hold === 'release') return rollBack(run, rollback);
  const announcement = announcerFrom(inputs, run.request, { ...context, isReturn: true });
  return announced(announcement, context.signal, () =>
    rollBack({ ...run, ...(announcement ? { announcement } : {}) }, rollback),
  );
}

/** post takes back what main could not see to its end, unless `on-cancel` says to leave it. */
export async function post(context: Context, connection: Connection): Promise<void> {
  const run = { ...runFrom(context, connection, []), getState: (name: string) => context.getState(name) };
  try {
    await confirmEnd(run);
  } finally {
    await announcePost(run, announcerFrom(context.inputs, run.request, { ...context, isReturn: true }));
  }
}

/** A suite that is broken is found when somebody is in a hurry: the button goes back all the same. */
async function gatesOf(context: Context, { aws }: Reach): Promise<Run['request']['gates']> {
  const { inputs, log } = context;
  const [delivery, surroundings] = [asDelivery(inputs), { ...context, aws }];
  if (inputs.hold === 'release') return [];
  try {
    return await gatesFrom(delivery, surroundings);
  } catch (error) {
    const isLiftable = inputs.verify !== undefined && inputs['verify-if-possible'] && error instanceof SlipwayError;
    if (!isLiftable) throw error;
    // What is wrong with anything else is wrong without the suite too.
    const gates = await gatesFrom({ ...delivery, verify: undefined }, surroundings);
    log.warning(`What is gone back to is not checked, its health checks decide alone. ${error.message}`);
    return gates;
  }
}

function runFrom(context: Context, { aws, credentials, region }: Connection, gates: Run['request']['gates']): Run {
  return {
    ...context,
    aws,
    credentials,
    request: requestFrom(asDelivery(context.inputs), { github: context.github, region, gates }),
    setOutput: (name, value) => context.setOutput(name as Parameters<Context['setOutput']>[0], value),
  };
}

/** Who holds, from which run, and why: `mona (example/shop run 4711): checkout fails`. */
function holdText({ environment, github, inputs }: Context): string {
  const run = `${github.repository ?? 'slipway'} run ${github.runId ?? 'local'}`;
  const who = environment['GITHUB_ACTOR'];
  const reason = inputs['hold-reason'];
  return `${who ? `${who} - ${run}` : run}${reason === undefined ? '' : `: ${reason}`}`;
}

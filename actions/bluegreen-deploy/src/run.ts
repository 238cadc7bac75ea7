import {
  announcePost,
  announced,
  announcerFrom,
  confirmEnd,
  deliver,
  gatesFrom,
  reconcile,
  requestFrom,
  requireTaskDefinition,
  type Connection,
  type Run,
} from '@slipway/deploy';
import type { ActionResult } from '@slipway/runtime';
import type { Context } from './context.js';

/** run deploys the revision of the inputs, or puts right what a killed run left, and tells how that ended. */
export async function run(context: Context, connection: Connection): Promise<ActionResult> {
  const { inputs } = context;
  if (inputs.mode === 'reconcile') return reconcile(runFrom(context, connection, []));
  requireTaskDefinition(inputs['task-definition']);
  const run = runFrom(context, connection, await gatesFrom(inputs, { ...context, aws: connection.aws }));
  const announcement = announcerFrom(inputs, run.request, context);
  return announced(announcement, context.signal, () => deliver({ ...run, ...(announcement ? { announcement } : {}) }));
}

/** post takes back what main could not see to its end, and tells GitHub the end that main could not tell. */
export async function post(context: Context, connection: Connection): Promise<void> {
  const run = { ...runFrom(context, connection, []), getState: (name: string) => context.getState(name) };
  try {
    await confirmEnd(run);
  } finally {
    await announcePost(run, announcerFrom(context.inputs, run.request, context));
  }
}

function runFrom(context: Context, connection: Connection, gates: Run['request']['gates']): Run {
  const { inputs, github } = context;
  const { aws, credentials, region } = connection;
  return {
    ...context,
    aws,
    credentials,
    request: requestFrom(inputs, { github, region, gates }),
    setOutput: (name, value) => context.setOutput(name as Parameters<Context['setOutput']>[0], value),
  };
}

/**
 * What a delivery costs beyond its parts: deliver.yml, run by act, beside the sum of its actions; and the actions, one after
 * the other, beside the chain of Docker's and AWS's own, where SLIPWAY_BENCH_PEERS names a folder with them as they are
 * published (OWNER/NAME/action.yml). It fails when a chain does not end with the service on the new task definition.
 * Takes some twenty minutes, most of them waiting for ECS.
 */
import { median, peersFolder, PEERS_VARIABLE, printFigure, printLine, printTitle } from '@slipway/testkit';
import { missingIn, ourChain, ourWholeChain, theirChain, type Chain } from './chains.js';
import { openYard, type Delivery } from './deliveries.js';
import { runDeliveries } from './under-act.js';

const WORKFLOW_RUNS = 3;
const ROUNDS = 3;

const inSeconds = (seconds: number): string => `${seconds.toFixed(1)} s`;
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

async function workflow(): Promise<void> {
  printTitle('deliver.yml for one service, staging to production, warm, run by act; a minute of AWS takes 0.6 s');
  const runs = await runDeliveries(WORKFLOW_RUNS);
  const middle = (figure: (run: (typeof runs)[number]) => number): number => median(runs.map(figure));
  const samples = `median of ${runs.length}`;
  const ofActions = ({ actionSeconds }: (typeof runs)[number]): number => sum(Object.values(actionSeconds));
  printFigure('the whole run', inSeconds(middle(({ seconds }) => seconds)), samples);
  for (const action of Object.keys(runs[0]?.actionSeconds ?? {})) {
    printFigure(`  ${action}, with its post`, inSeconds(middle(({ actionSeconds }) => actionSeconds[action] ?? NaN)));
  }
  printFigure('the sum of its actions', inSeconds(middle(ofActions)), samples);
  printFigure('checkouts, and artifacts from job to job', inSeconds(middle(({ otherSeconds }) => otherSeconds)));
  printFigure('overhead over its actions', inSeconds(middle((run) => run.seconds - ofActions(run))), samples);
  printFigure('the whole run to the sum of its actions', middle((run) => run.seconds / ofActions(run)).toFixed(2));
  printFigure('calls of AWS', middle(({ calls }) => calls).toFixed(0));
  printFigure('requests of the registry', middle(({ registryRequests }) => registryRequests).toFixed(0));
}

const ownSeconds = ({ seconds, ecsSeconds }: Delivery): number => seconds - ecsSeconds;
const callsOf = ({ calls }: Delivery): number => sum(Object.values(calls));
const COUNTED: readonly (readonly [what: string, figure: (delivery: Delivery) => number, unit: string])[] = [
  ['wall time', ({ seconds }) => seconds, ' s'],
  ['  of it ECS, from UpdateService to the end of its deployment', ({ ecsSeconds }) => ecsSeconds, ' s'],
  ['  of it the actions', ownSeconds, ' s'],
  ['calls of AWS', callsOf, ''],
  ['requests of the registry', ({ registryRequests }) => registryRequests, ''],
];

function tell({ name, steps }: Chain, deliveries: readonly Delivery[]): void {
  const samples = `median of ${deliveries.length}`;
  for (const [what, figure, unit] of COUNTED) {
    printFigure(`${name}: ${what}`, `${median(deliveries.map(figure)).toFixed(unit === '' ? 0 : 1)}${unit}`, samples);
  }
  for (const { action } of steps) {
    const times = deliveries.map(({ stepSeconds }) => stepSeconds[action.name] ?? NaN);
    printFigure(`${name}: ${action.name}`, inSeconds(median(times)));
  }
  const calls = Object.entries(deliveries.at(-1)?.calls ?? {}).map(([call, count]) => `${count} ${call}`);
  printLine(`${name}: the calls of the last: ${calls.join(', ')}`);
}

/** What the figures do not say. */
const BESIDE = [
  'Theirs builds into the registry, which has the base image from the delivery before; ours writes the whole image to a layout',
  'that can be tested before anything is pushed. Theirs does not find what is wrong with a task definition before any call,',
  'read back what was pushed or what the tasks run, pause at each stage to judge it, take back, or mark what is under way.',
];

function tellRatios(ours: readonly Delivery[], theirs: readonly Delivery[]): void {
  for (const [what, figure] of COUNTED) {
    const ratio = median(ours.map(figure)) / median(theirs.map(figure));
    printFigure(`${what.trim()}, ours to theirs`, ratio.toFixed(2));
  }
  for (const line of BESIDE) printLine(line);
}

/** The first delivery of each is not measured: it fills the builder's cache and the registry. */
async function chains(): Promise<void> {
  printTitle('one service, build to steady, at the real speed of ECS; the chains take turns');
  const peers = peersFolder();
  const missing = peers === undefined ? [] : missingIn(peers);
  if (peers === undefined) printLine(`theirs is not measured: ${PEERS_VARIABLE} names no folder`);
  if (missing.length > 0) printLine(`theirs is not measured: ${peers} lacks ${missing.join(', ')}`);
  const whole = await ourWholeChain();
  const all = [await ourChain(), ...(peers === undefined || missing.length > 0 ? [] : [await theirChain(peers)])];
  const yard = await openYard([...all, whole]);
  try {
    const found = new Map<Chain, Delivery[]>(all.map((chain) => [chain, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const chain of all) {
        const delivery = await yard.deliver(chain, `${chain.name}-${round}`);
        if (round > 0) found.get(chain)?.push(delivery);
      }
    }
    for (const [chain, deliveries] of found) tell(chain, deliveries);
    const [ours = [], theirs] = [...found.values()];
    if (theirs !== undefined) tellRatios(ours, theirs);
    printTitle(
      'the same, with what ours does beyond it by default: the image is tested, the old fleet proved to be drained',
    );
    tell(whole, [await yard.deliver(whole, 'whole')]);
  } finally {
    await yard.close();
  }
}

await workflow();
await chains();
// Sockets that a client keeps alive must not keep the process.
process.exit();

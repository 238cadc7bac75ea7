import { runInLab, type Lab } from '@slipway/rehearsal';
import { around } from './distinct.js';
import { lookBefore, runs, stateViolations, violations } from './invariants.js';
import { openPlay, outcomeOf, type Play } from './plays.js';

const HOUR_SECONDS = 3600;

/** killAt lets the runner die at the n-th call; what is left is ECS's, and then a second run's. */
export async function killAt(
  play: Play,
  nth: number,
  secondRun: 'at once' | 'after an hour',
): Promise<readonly string[]> {
  const { lab, taskDefinition } = await openPlay(play, { tries: 2 });
  try {
    const before = await lookBefore(lab);
    await dieAt(lab, { play, taskDefinition, nth });
    const found: string[] = [];
    if (secondRun === 'after an hour') {
      await lab.time.advance(HOUR_SECONDS);
      found.push(...(await standsStill(lab)));
    }
    const again = await runInLab(lab, { taskDefinition, request: play.request });
    found.push(...(await violations(lab, play, again)));
    await lab.time.advance(HOUR_SECONDS);
    found.push(
      ...(await standsStill(lab)),
      ...(await stateViolations(lab, before, [...again.warnings, ...again.lines])),
    );
    const expected = play.outcome === 'succeeded' ? ['succeeded', 'unchanged'] : [play.outcome];
    // Adopted in its rollback, a deployment ends as what it is; the run after it delivers.
    if (secondRun === 'at once') expected.push('rolled-back');
    if (!expected.includes(outcomeOf(again))) found.push(`the second run ends as ${outcomeOf(again)}`);
    return found;
  } finally {
    await lab.close();
  }
}

async function dieAt(
  lab: Lab,
  { play, taskDefinition, nth }: { readonly play: Play; readonly taskDefinition: string; readonly nth: number },
): Promise<void> {
  let die = (): void => undefined;
  const death = new Promise<void>((resolve) => (die = resolve));
  let count = 0;
  const aws = around(lab.aws, (_name, _given, call) => {
    count += 1;
    if (count < nth) return call();
    die();
    return new Promise(() => undefined);
  });
  await runInLab(lab, { taskDefinition, request: play.request, interference: { aws, death } });
}

/** G4: one fleet has all the traffic, it is healthy, and nothing is under way. */
async function standsStill(lab: Lab): Promise<readonly string[]> {
  const [newest] = await lab.deployments();
  const found = /PENDING|IN_PROGRESS|REQUESTED/.test(newest?.status ?? '')
    ? [`G4: the deployment is still ${newest?.status}`]
    : [];
  if (!((await runs(lab, 'first')) || (await runs(lab, 'second'))))
    found.push('G4: neither revision has all the traffic');
  return found;
}

/** When a run is cancelled: as the call begins, or a second after its answer, which is in the wait for the next. */
export type CancelMoment = 'at the call' | 'in the wait after it';

/** cancelAt cancels the run at the n-th call; post comes after it. */
export async function cancelAt(play: Play, nth: number, moment: CancelMoment): Promise<readonly string[]> {
  const { lab, taskDefinition } = await openPlay(play, { tries: 2 });
  try {
    const before = await lookBefore(lab);
    const cancelled = new AbortController();
    const cancel = (): void => cancelled.abort(new Error('cancelled'));
    let count = 0;
    const aws = around(lab.aws, async (_name, _given, call) => {
      count += 1;
      if (count !== nth) return call();
      if (moment === 'at the call') cancel();
      else void lab.time.wait(1).then(cancel);
      return call();
    });
    const end = await runInLab(lab, {
      taskDefinition,
      request: play.request,
      interference: { aws, signal: cancelled.signal },
    });
    const post = await runInLab(lab, { mode: 'post', request: play.request, interference: { state: end.state } });
    const found = cancelled.signal.reason === end.error ? [] : [...(await violations(lab, play, end))];
    await lab.time.advance(HOUR_SECONDS);
    found.push(
      ...(await standsStill(lab)),
      ...(await stateViolations(lab, before, [...end.warnings, ...post.warnings])),
    );
    return found;
  } finally {
    await lab.close();
  }
}

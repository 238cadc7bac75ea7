import type { Delivered, Note } from './delivery-report.js';
import { attempt, type StepStart } from './pipeline.js';
import type { Play } from './play.js';

/** A deploy step that is about to start. */
export interface WrongDeploy {
  readonly play: Play;
  readonly start: StepStart;
  readonly note: Note;
}

/** How the step is started, and what is done to it. */
export type WrongDeploying = (deploy: WrongDeploy) => Promise<Delivered>;

/** untouched lets the step end by itself. */
export async function untouched({ play, start }: WrongDeploy): Promise<Delivered> {
  return { steps: [(await attempt(play.job, start)).report] };
}

/** cancelled sends the runner's cancel when the new version has had its first share for a while: users have met it. */
export async function cancelled({ play, start, note }: WrongDeploy): Promise<Delivered> {
  let pid = 0;
  let percent = 0;
  let isSent = false;
  const { report } = await attempt(play.job, {
    ...start,
    onStart: (started) => (pid = started),
    onLine: (line) => {
      percent = Number(/production traffic (\d+) %/.exec(line)?.[1] ?? percent);
      if (isSent || percent === 0 || !/ PRE_PRODUCTION_TRAFFIC_SHIFT/.test(line)) return;
      isSent = true;
      note('SIGINT to the action');
      process.kill(pid, 'SIGINT');
    },
  });
  return { steps: [report] };
}

import { createAnalyst } from '@slipway/delivery';
import { openLab, runInLab, type Lab } from '@slipway/rehearsal';
import { createAnalysisGate } from '../../src/gates/analysis.js';
import { random } from '../../../delivery/test/analysis/simulation.js';

/** A release that fails, as its users meet it. Rates are from 0 to 1. */
export interface Release {
  readonly requestsPerSecond: number;
  readonly canaryPercent: number;
  readonly newRate: number;
  readonly oldRate: number;
}

/** What its users bore before it was taken back. */
export interface Harm {
  readonly outcome: string;
  /** Requests that the new fleet failed. */
  readonly failed: number;
  /** From the first request of the new fleet to the last. */
  readonly seconds: number;
}

/** The hour from which the gate learns how the old fleet's errors scatter. */
const MINUTES_BEFORE = 60;
const ANALYSIS_MINUTES = 15;
const SECONDS_PER_MINUTE = 60;

/** releaseBadly deploys it as a canary that the analysis gate judges, under traffic drawn by the seed. */
export async function releaseBadly(release: Release, seed: number): Promise<Harm> {
  const lab = await openLab({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } });
  const next = random(seed);
  const users = usersOf(lab, release, next);
  const ending = new AbortController();
  void users.send(ending.signal);
  // Where in CloudWatch's minute the canary begins is chance as well.
  await lab.time.advance(MINUTES_BEFORE * SECONDS_PER_MINUTE + Math.floor(next() * SECONDS_PER_MINUTE));
  const log = { info: () => undefined } as unknown as Parameters<typeof createAnalysisGate>[1]['log'];
  const gate = createAnalysisGate(
    { analyst: createAnalyst(), minutes: ANALYSIS_MINUTES, onInconclusive: 'wait' },
    { aws: lab.aws, clock: lab.clock, log },
  );
  const end = await runInLab(lab, {
    taskDefinition: await lab.register('second'),
    request: {
      gates: [gate],
      intent: {
        strategy: 'canary',
        canaryPercent: release.canaryPercent,
        canaryBakeMinutes: ANALYSIS_MINUTES,
        gateMinutes: { 'before-traffic': 0, step: ANALYSIS_MINUTES, 'after-traffic': ANALYSIS_MINUTES },
      },
    },
  });
  ending.abort(new Error('The deployment is over.'));
  await lab.close();
  return { outcome: end.delivered?.outcome ?? 'threw', ...users.harm() };
}

/** Users who send requests second by second; the load balancer's weights say which fleet answers. */
function usersOf(lab: Lab, { requestsPerSecond, newRate, oldRate }: Release, next: () => number) {
  const { routes, localAws, time } = lab;
  let failed = 0;
  let firstSecond: number | undefined;
  let lastSecond = 0;
  const sendOne = (targetGroupArn: string): void => {
    const isNew = targetGroupArn === routes.green;
    const isFailed = next() < (isNew ? newRate : oldRate);
    const outcome = isFailed ? 'target5xx' : 'target2xx';
    const whole = { outcome, targetGroupArn, reachedTarget: true, connectionFailed: false, responseMs: 20 } as const;
    localAws.traffic.requestEnded(routes.loadBalancer, whole);
    if (!isNew) return;
    lastSecond = time.elapsedSeconds();
    firstSecond ??= lastSecond;
    if (isFailed) failed += 1;
  };
  const send = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const live = await lab.live();
      const green = live.find(({ targetGroupArn }) => targetGroupArn === routes.green)?.weight ?? 0;
      for (let at = 0; at < requestsPerSecond; at += 1) sendOne(next() * 100 < green ? routes.green : routes.blue);
      await time.wait(1, signal).catch(() => undefined);
    }
  };
  return { send, harm: () => ({ failed, seconds: lastSecond - (firstSecond ?? lastSecond) }) };
}

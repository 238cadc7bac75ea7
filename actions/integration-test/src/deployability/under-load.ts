import { abortAfter, within } from '@slipway/core';
import { requestsOf } from '@slipway/http-checks';
import type { Container } from '../container.js';
import { suiteOptions, type Test } from '../test.js';
import { failed, passed, type Verdict, type Verdicts } from './checks.js';
import { judgeDrain } from './drain.js';
import type { GetRequest } from './kept-connection.js';
import { judgeMemory, leakIn } from './memory.js';
import type { Stage } from './stage.js';
import { judgeEnd } from './start.js';
import { startTraffic, type Traffic } from './traffic.js';

/** Enough to have requests in flight at any time, not enough to be a load test. */
const CONNECTIONS = 16;
/** The engine tells the memory once a second; four figures are a trend. */
const LOAD_MS = 4_500;
/** On a machine without rest they come later, and what grows grows later. */
const LONGEST_LOAD_MS = 15_000;
/** The client tells each figure twice: it draws more often than the engine measures. */
const LEAST_TOLD = 2 * 4;
/** So long is sent to a service that was told to end: a load balancer hears of it later. */
const LATE_MS = 300;
/** The engine tells of a signal at once. */
const TOLD_WITHIN_MS = 5_000;
/** An answer that takes longer is none of a service that is well. */
const HEALTH_TIMEOUT_MS = 10_000;
/** What a service that has ended had taken is known by then; its address may be gone, and nobody there refuses. */
const KNOWN_WITHIN_MS = 1_000;
/** 128 + SIGKILL: the engine had to. */
const KILLED = 137;

/** judgeUnderLoad loads a container that is ready, and tells it to end while it is loaded. */
export async function judgeUnderLoad(test: Test, stage: Stage, main: Container): Promise<Verdicts> {
  const { clock, signal } = test.context;
  const watch = new AbortController();
  const memory = watchMemory(test, main, watch.signal);
  let traffic: Traffic | undefined;
  try {
    traffic = await startLoad(test, stage, main);
    await clock.sleep(LOAD_MS, signal);
    const longest = clock.now() + LONGEST_LOAD_MS - LOAD_MS;
    while (!memory.isEnough() && !main.hasEnded() && clock.now() < longest) await clock.sleep(500, signal);
    if (main.hasEnded()) return await judgeEnd(main, 'under load');
    if (traffic.answered() === 0) return { port: failed('it takes connections there and answers no request') };
    const runs = passed(`it answered ${traffic.answered()} requests`);
    const health = await judgeHealth(test, main);
    const { samples } = memory;
    const { memoryMib: limitMib } = stage.spec.constraints;
    const leak = leakIn(samples, limitMib);
    const stop = await judgeStop(test, main, traffic);
    // Some engines tell of a process that was killed only when the container has ended.
    const { oomKilled } = await main.state();
    return {
      ...{ runs, health, ...stop, logs: await stage.judgeLog(main) },
      memory: judgeMemory(samples, { limitMib, oomKilled }),
      leak: leak === undefined ? passed('its memory levels off') : failed(`it grew by ${leak} MiB within seconds`),
    };
  } finally {
    watch.abort();
    traffic?.close();
  }
}

async function startLoad(test: Test, stage: Stage, main: Container): Promise<Traffic> {
  const { clock, signal } = test.context;
  const target = await main.placeOf(stage.spec.port);
  return startTraffic({ target, requests: getsOf(test, main.baseUrl), connections: CONNECTIONS, signal }, clock);
}

/**
 * getsOf returns what is asked for: the readiness path, and the GET checks that this stage makes and that need no other
 * answer, with their headers and credentials.
 *
 * @throws SlipwayError CHECKS_NONE_SELECTED, CHECKS_VARIABLE_MISSING, CHECKS_CREDENTIAL_MISSING
 */
export function getsOf(test: Pick<Test, 'context' | 'suite'>, baseUrl: string): readonly GetRequest[] {
  const gets = requestsOf(suiteOptions(test)).filter(({ method }) => method === 'GET');
  // Some services answer to certain names alone: by whatever way it goes, it asks as the suite does.
  const { host } = new URL(baseUrl);
  const all = [{ path: test.suite.ready.path, headers: {} }, ...gets];
  return all.map(({ path, headers }) => ({ path, headers: { host, ...headers } }));
}

/** What the engine tells of a container's memory, each figure once; enough of it, or no more to come. */
function watchMemory({ engine }: Test, { id }: Container, signal: AbortSignal) {
  const samples: number[] = [];
  let told = 0;
  const keep = (mib: number): void => {
    told += 1;
    if (mib !== samples.at(-1)) samples.push(mib);
  };
  void engine.followMemory(id, keep, signal).then(
    () => (told = LEAST_TOLD),
    () => (told = LEAST_TOLD),
  );
  return { samples, isEnough: () => told >= LEAST_TOLD };
}

async function judgeHealth(test: Test, main: Container): Promise<Verdict> {
  if (main.health() === 'unhealthy') return failed('its health check says unhealthy');
  const { path, status } = test.suite.ready;
  if (test.setting.readyBy.kind !== 'http') return passed(`health: ${main.health()}`);
  const signal = AbortSignal.any([test.context.signal, abortAfter(HEALTH_TIMEOUT_MS)]);
  const answer = await fetch(`${main.baseUrl}${path}`, { redirect: 'manual', signal }).catch(() => undefined);
  await answer?.body?.cancel();
  if (answer?.status === status) return passed(`GET ${path} answers ${status}`);
  return failed(`GET ${path} answers ${answer?.status ?? 'nothing'} after ${LOAD_MS / 1000} s of load`);
}

/** As ECS does where a target is deregistered late: requests come until after the signal. */
async function judgeStop(
  test: Test,
  main: Container,
  traffic: Traffic,
): Promise<{ readonly sigterm: Verdict; readonly drain: Verdict }> {
  const { engine, setting, context } = test;
  const { clock, signal } = context;
  const { stopTimeoutSeconds } = setting;
  traffic.record();
  const start = clock.now();
  const stopped = engine.stop(main.id, stopTimeoutSeconds, signal).then(() => clock.now());
  // Awaited below, and not forgotten when what comes before it fails.
  stopped.catch(() => undefined);
  const told = await within({ clock, signal, deadline: start + TOLD_WITHIN_MS }, (until) =>
    engine.signalledAt(main.id, start, until),
  );
  await Promise.race([clock.sleep(LATE_MS, signal), stopped]);
  const finished = traffic.finish();
  const endedMs = await stopped;
  await Promise.race([finished, clock.sleep(KNOWN_WITHIN_MS, signal)]);
  traffic.close();
  const sent = await finished;
  const toldMs = told ?? start;
  const seconds = ((endedMs - toldMs) / 1000).toFixed(1);
  const { exitCode } = await main.state();
  if (exitCode !== KILLED) {
    const sigterm = passed(`it ended after ${seconds} s with exit code ${exitCode}`);
    return { sigterm, drain: judgeDrain(sent, toldMs) };
  }
  const drain = { state: 'not-run', because: 'it did not end by itself' } as const;
  return { sigterm: failed(`it was killed after ${stopTimeoutSeconds} s`), drain };
}

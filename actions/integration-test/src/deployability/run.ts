import type { Container } from '../container.js';
import type { Test } from '../test.js';
import {
  failed,
  findingsOf,
  passed,
  type CheckName,
  type DeployabilityOptions,
  type Finding,
  type Verdict,
  type Verdicts,
} from './checks.js';
import { leakIn } from './memory.js';
import { Stage } from './stage.js';
import { judgeEnd, judgeStart } from './start.js';
import { startTraffic, type Traffic } from './traffic.js';
import { judgeBadConfiguration, judgeBeside, judgePrevious, judgeReadOnly, judgeTwice, judgeUser } from './variants.js';

/** Enough to have requests in flight at any time, not enough to be a load test. */
const CONNECTIONS = 16;
/** The engine tells the memory once a second; four figures are a trend. */
const LOAD_MS = 4_500;
/** On a machine without rest they come later, and what grows grows later. */
const LONGEST_LOAD_MS = 15_000;
/** The client tells each figure twice: it draws more often than the engine measures. */
const LEAST_TOLD = 2 * 4;

/** judgeDeployability starts the image as ECS does, in several ways, loads it and ends it; it makes no verdict red. */
export async function judgeDeployability(test: Test, options: DeployabilityOptions): Promise<readonly Finding[]> {
  const stage = new Stage(test);
  try {
    const verdicts = await judgeAll(test, stage, options);
    const findings = findingsOf(verdicts, options.levels);
    if (findings.some(({ state }) => state === 'failed')) await stage.showLogs();
    return findings;
  } finally {
    stage.close();
  }
}

async function judgeAll(test: Test, stage: Stage, options: DeployabilityOptions): Promise<Verdicts> {
  const { graceSeconds } = options;
  const { container: main, result } = await stage.start({ name: 'main' });
  const start = await judgeStart(main, { result, port: stage.spec.port, graceSeconds });
  if (!start.isReady) return start.verdicts;
  const variants = await judgeVariants(stage, main, options);
  return { ...start.verdicts, ...variants, ...(await judgeUnderLoad(test, stage, main)) };
}

/** All variants at once, those that are off left out. */
async function judgeVariants(stage: Stage, main: Container, options: DeployabilityOptions): Promise<Verdicts> {
  const { previousImage: image, badConfiguration, levels } = options;
  let twice: Promise<Verdict> | undefined;
  const second = (): Promise<Verdict> => (twice ??= judgeTwice(stage));
  const judges: Readonly<Partial<Record<CheckName, () => Promise<Verdict>>>> = {
    'non-root': () => judgeBeside(judgeUser(stage), second),
    'read-only': () => judgeBeside(judgeReadOnly(stage), second),
    twice: second,
    'bad-configuration': () => judgeBadConfiguration(stage, badConfiguration),
    previous: async () => (image === undefined ? NO_PREVIOUS : judgePrevious(stage, main, image)),
  };
  const asked = (Object.entries(judges) as [CheckName, () => Promise<Verdict>][]).filter(
    ([name]) => levels[name] !== 'off',
  );
  // All of them to their end, also when one is cancelled: what another is just making would come after the clean-up.
  const ends = await Promise.allSettled(asked.map(async ([name, judge]) => [name, await judge()] as const));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return Object.fromEntries(ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])));
}

const NO_PREVIOUS: Verdict = { state: 'not-run', because: "'previous-image' is not set" };

async function judgeUnderLoad(test: Test, stage: Stage, main: Container): Promise<Verdicts> {
  const { suite, context } = test;
  const { clock, signal } = context;
  const gets = suite.checks
    .filter(({ request }) => request.method === 'GET' && !request.path.includes('{{'))
    .map(({ request }) => request.path);
  const paths = [...new Set([suite.ready.path, ...gets])];
  const watch = new AbortController();
  const memory = watchMemory(test, main, watch.signal);
  const { samples } = memory;
  const traffic = startTraffic({ baseUrl: main.baseUrl, paths, connections: CONNECTIONS, signal }, clock);
  try {
    await clock.sleep(LOAD_MS, signal);
    const longest = clock.now() + LONGEST_LOAD_MS - LOAD_MS;
    while (!memory.isEnough() && !main.hasEnded() && clock.now() < longest) await clock.sleep(500, signal);
    if (main.hasEnded()) return await judgeEnd(main, 'under load');
    const leak = leakIn(samples, stage.spec.constraints.memoryMib);
    return {
      runs: passed(`it answered ${traffic.answered()} requests`),
      memory: passed(`it used ${Math.round(Math.max(0, ...samples))} MiB at most`),
      leak: leak === undefined ? passed('its memory levels off') : failed(`it grew by ${leak} MiB within seconds`),
      ...(await judgeHealth(test, main)),
      ...(await judgeStop(test, main, traffic)),
      logs: (await stage.hasLogged(main)) ? passed('it has logged') : failed('nothing came on stdout and stderr'),
    };
  } finally {
    watch.abort();
    traffic.close();
  }
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

async function judgeHealth(test: Test, main: Container): Promise<Verdicts> {
  if (main.health() === 'unhealthy') return { health: failed('its health check says unhealthy') };
  const { path, status } = test.suite.ready;
  if (test.setting.readyBy.kind !== 'http') return { health: passed(`health: ${main.health()}`) };
  const answer = await fetch(`${main.baseUrl}${path}`, { redirect: 'manual', signal: test.context.signal }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  if (answer?.status === status) return { health: passed(`GET ${path} answers ${status}`) };
  return { health: failed(`GET ${path} answers ${answer?.status ?? 'nothing'} after ${LOAD_MS / 1000} s of load`) };
}

async function judgeStop({ engine, setting, context }: Test, main: Container, traffic: Traffic): Promise<Verdicts> {
  const { stopTimeoutSeconds } = setting;
  await traffic.lastWave();
  const start = context.clock.now();
  const stopped = engine.stop(main.id, stopTimeoutSeconds, context.signal);
  const [{ waited, dropped, problem }] = await Promise.all([traffic.drained(), stopped]);
  const seconds = ((context.clock.now() - start) / 1000).toFixed(1);
  const { exitCode } = await main.state();
  // 128 + SIGKILL: the engine had to.
  const sigterm =
    exitCode === KILLED
      ? failed(`it was killed after ${stopTimeoutSeconds} s`)
      : passed(`it ended after ${seconds} s with exit code ${exitCode}`);
  const drain =
    dropped > 0
      ? failed(`${dropped} of ${waited} requests in flight got no whole answer (${problem ?? 'cut off'})`)
      : passed(
          waited > 0 ? `${waited} requests in flight were answered` : 'no request took long enough to be in flight',
        );
  return { sigterm, drain };
}

const KILLED = 137;

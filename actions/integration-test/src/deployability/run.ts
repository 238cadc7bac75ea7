import type { Container } from '../container.js';
import type { Test } from '../test.js';
import {
  failed,
  findingsOf,
  type CheckName,
  type DeployabilityOptions,
  type Finding,
  type Verdict,
  type Verdicts,
} from './checks.js';
import { Stage } from './stage.js';
import { judgeStart } from './start.js';
import { judgeUnderLoad } from './under-load.js';
import { judgeBadConfiguration, judgeBeside, judgePrevious, judgeReadOnly, judgeTwice, judgeUser } from './variants.js';

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
  const started = await stage.start({ name: 'main' });
  if ('refused' in started) return { runs: failed(started.refused) };
  const { container: main, result } = started;
  const hasAnswered = test.setting.readyBy.kind === 'http';
  const start = await judgeStart(main, { result, port: stage.spec.port, graceSeconds, hasAnswered });
  if (!start.isReady) return besideKept(options) ?? start.verdicts;
  const variants = await judgeVariants(stage, main, options);
  return { ...start.verdicts, ...variants, ...(await judgeUnderLoad(test, stage, main)) };
}

/** What was ready alone, and is not beside the one that goes on, runs once only. */
function besideKept({ levels, isBeside }: DeployabilityOptions): Verdicts | undefined {
  if (!isBeside || levels.twice === 'off') return undefined;
  return { twice: failed("it does not get ready beside the one that 'keep-running' leaves running") };
}

/**
 * All variants, those that are off left out, one after the other: several that start at once on a runner's few processors
 * would each be late by the others, and the first to change the store they share would fail the rest.
 */
async function judgeVariants(stage: Stage, main: Container, options: DeployabilityOptions): Promise<Verdicts> {
  const { previousImage: image, badConfiguration, levels } = options;
  let twice: Promise<Verdict> | undefined;
  const second = (): Promise<Verdict> => (twice ??= judgeTwice(stage));
  const judges: Readonly<Partial<Record<CheckName, () => Promise<Verdict>>>> = {
    'non-root': async () => judgeBeside(await judgeUser(stage), second),
    'read-only': async () => judgeBeside(await judgeReadOnly(stage), second),
    twice: second,
    'bad-configuration': () => judgeBadConfiguration(stage, badConfiguration),
    previous: async () => (image === undefined ? NO_PREVIOUS : judgePrevious(stage, main, image)),
  };
  const verdicts: Verdicts = {};
  for (const [name, judge] of Object.entries(judges) as [CheckName, () => Promise<Verdict>][]) {
    if (levels[name] !== 'off') verdicts[name] = await judge();
  }
  return verdicts;
}

const NO_PREVIOUS: Verdict = { state: 'not-run', because: "'previous-image' is not set" };

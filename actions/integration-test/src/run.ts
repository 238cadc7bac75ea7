import { mkdir } from 'node:fs/promises';
import { messageOf } from '@slipway/core';
import { readSuite, suiteCredentials } from '@slipway/http-checks';
import type { ActionResult } from '@slipway/runtime';
import { cleanUp, leaveRunning, rememberLeavings } from './clean-up.js';
import type { ContainerEngine } from './engine.js';
import { idleInputs } from './idle-inputs.js';
import type { ImageSource } from './image-source.js';
import type { TestContext } from './inputs.js';
import { assertEnvironment, planTest, redactorOf } from './plan.js';
import { platformToRun } from './platforms.js';
import { readSetting } from './setting.js';
import { Tally } from './tally.js';
import { tellFailure } from './tell.js';
import { testImage } from './test-image.js';

/** Ports is what the test needs of the world. */
export interface Ports {
  /** Opens an engine that may keep private files in a folder. */
  readonly openEngine: (folder: string) => ContainerEngine;
  readonly serveImage: ImageSource;
  readonly newId: () => string;
}

const ENVIRONMENTS = ['environment', 'command-environment', 'bad-configuration', 'secrets'] as const;

/**
 * run tests one image and leaves nothing behind.
 *
 * @throws SlipwayError TEST_*, INPUT_INVALID, SUITE_INVALID; the signal's reason when it aborts
 */
export async function run(context: TestContext, ports: Ports): Promise<ActionResult> {
  const { inputs, github } = context;
  const suite = await readSuite({ file: inputs.suite, workspace: github.workspace, input: 'suite' });
  suiteCredentials({ suite, environment: context.environment }).forEach((secret) => context.mask(secret));
  for (const name of ENVIRONMENTS) assertEnvironment(inputs[name], name);
  const image = await ports.serveImage(inputs['oci-layout'], inputs.digest);
  try {
    const plan = planTest({ github, id: ports.newId(), host: image.host, digest: inputs.digest });
    const engine = ports.openEngine(plan.folder);
    await engine.assertAvailable();
    const setting = await readSetting(context, engine, suite);
    for (const note of setting.notes) context.log.info(note);
    for (const idle of idleInputs(inputs, setting)) context.log.warning(idle);
    const leavings = { ...plan, isComposed: setting.compose !== undefined };
    rememberLeavings(context, leavings);
    await mkdir(plan.folder, { recursive: true, mode: 0o700 });
    const tally = new Tally(context, plan.junit);
    const redactor = redactorOf(setting);
    const { platforms } = image;
    const platform = await platformToRun(engine, platforms);
    const asked = platform === undefined ? {} : { platform };
    const test = { context, engine, plan, suite, setting, redactor, tally, platforms, ...asked };
    let leave = cleanUp;
    try {
      await testImage(test);
      if (inputs['keep-running']) leave = leaveRunning;
    } catch (error) {
      if (!context.signal.aborted) await tellFailure(test, error);
      throw error;
    } finally {
      await tally.summarise();
      await attempt(context, () => leave(engine, leavings));
    }
  } finally {
    await image.close();
  }
  return { outcome: 'succeeded' };
}

/** A run that failed has its reason already; `post` tries again and tells. */
async function attempt({ log }: TestContext, clean: () => Promise<void>): Promise<void> {
  try {
    await clean();
  } catch (error) {
    log.warning(messageOf(error));
  }
}

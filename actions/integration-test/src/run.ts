import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import { parseSuite, type Suite } from '@slipway/http-checks';
import type { ActionResult } from '@slipway/runtime';
import { cleanUp, leaveRunning, rememberLeavings } from './clean-up.js';
import type { ContainerEngine } from './engine.js';
import * as errors from './errors.js';
import type { ImageSource } from './image-source.js';
import type { TestContext } from './inputs.js';
import { assertEnvironment, planTest, redactorOf } from './plan.js';
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

/**
 * run tests one image and leaves nothing behind.
 *
 * @throws SlipwayError TEST_*, SUITE_INVALID; the signal's reason when it aborts
 */
export async function run(context: TestContext, ports: Ports): Promise<ActionResult> {
  const { inputs, github } = context;
  const suite = await readSuite(context);
  maskCredentials(context, suite);
  assertEnvironment(inputs.environment);
  const image = await ports.serveImage(inputs['oci-layout'], inputs.digest);
  try {
    const plan = planTest({ github, id: ports.newId(), host: image.host, digest: inputs.digest });
    const engine = ports.openEngine(plan.folder);
    await engine.assertAvailable();
    const setting = await readSetting(context, engine, suite);
    for (const note of setting.notes) context.log.info(note);
    rememberLeavings(context, plan);
    await mkdir(plan.folder, { recursive: true, mode: 0o700 });
    const tally = new Tally(context, plan.junit);
    const redactor = redactorOf(setting);
    const test = { context, engine, plan, suite, setting, redactor, tally, platforms: image.platforms };
    let leave = cleanUp;
    try {
      await testImage(test);
      if (inputs['keep-running']) leave = leaveRunning;
    } catch (error) {
      if (!context.signal.aborted) tellFailure(test, error);
      throw error;
    } finally {
      await tally.summarise();
      await attempt(context, () => leave(engine, plan));
    }
  } finally {
    await image.close();
  }
  return { outcome: 'succeeded' };
}

async function readSuite({ inputs, github }: TestContext): Promise<Suite> {
  const file = placeOf(github.workspace, inputs.suite);
  let text: string;
  try {
    text = await readFile(inputs.suite, 'utf8');
  } catch (cause) {
    throw errors.suiteNotFound(file, cause);
  }
  return parseSuite(text, file);
}

/** A service may answer with what it was sent: a credential of the suite is hidden before it is used. */
function maskCredentials(context: TestContext, { checks }: Suite): void {
  for (const { request } of checks) {
    const secret = request.auth && context.environment[request.auth.variable];
    if (secret) for (const text of [secret, Buffer.from(secret).toString('base64')]) context.mask(text);
  }
}

/** Relative to the repository, as annotations want it; a file elsewhere keeps its whole path. */
function placeOf(workspace: string, file: string): string {
  const relative = path.relative(workspace, file);
  return relative.startsWith('..') ? file : relative;
}

/** A run that failed has its reason already; `post` tries again and tells. */
async function attempt({ log }: TestContext, clean: () => Promise<void>): Promise<void> {
  try {
    await clean();
  } catch (error) {
    log.warning(messageOf(error));
  }
}

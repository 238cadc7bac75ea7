import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, type Redactor, type SlipwayError } from '@slipway/core';
import { parseSuite, runSuite, waitUntilReady, type Suite, type SuiteResult } from '@slipway/http-checks';
import type { ActionResult } from '@slipway/runtime';
import { cleanUp, rememberLeavings } from './clean-up.js';
import type { ContainerEngine } from './engine.js';
import * as errors from './errors.js';
import type { ImageSource } from './image-source.js';
import type { TestContext } from './inputs.js';
import { assertEnvironment, cutLine, lastLinesOf, planTest, redactorOf, redactResult, type TestPlan } from './plan.js';
import { tellFailure, tellResult } from './tell.js';

/** Ports is what the test needs of the world. */
export interface Ports {
  /** Opens an engine that may keep private files in a folder. */
  readonly openEngine: (folder: string) => ContainerEngine;
  readonly serveImage: ImageSource;
  readonly newId: () => string;
}

/** What the parts of one test share. */
interface Test {
  readonly context: TestContext;
  readonly engine: ContainerEngine;
  readonly plan: TestPlan;
  readonly suite: Suite;
  readonly redactor: Redactor;
}

/** Running is a container that was started, and how to tell that it has ended. */
interface Running {
  readonly id: string;
  readonly hasEnded: () => boolean;
}

/**
 * run tests one image and leaves nothing behind.
 *
 * @throws SlipwayError TEST_*, SUITE_INVALID; the signal's reason when it aborts
 */
export async function run(context: TestContext, ports: Ports): Promise<ActionResult> {
  const { inputs, github } = context;
  const suite = await readSuite(context);
  assertEnvironment(inputs.environment);
  const image = await ports.serveImage(inputs['oci-layout'], inputs.digest);
  try {
    const plan = planTest({ github, id: ports.newId(), host: image.host, digest: inputs.digest });
    const engine = ports.openEngine(plan.folder);
    await engine.assertAvailable();
    rememberLeavings(context, plan);
    await mkdir(plan.folder, { recursive: true, mode: 0o700 });
    try {
      await testImage({ context, engine, plan, suite, redactor: redactorOf(inputs.environment) });
    } catch (error) {
      if (!context.signal.aborted) await tellFailure(context, error);
      throw error;
    } finally {
      await leaveNothing(context, engine, plan);
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

/** Relative to the repository, as annotations want it; a file elsewhere keeps its whole path. */
function placeOf(workspace: string, file: string): string {
  const relative = path.relative(workspace, file);
  return relative.startsWith('..') ? file : relative;
}

/** A run that failed has its reason already; `post` tries again and tells. */
async function leaveNothing({ log }: TestContext, engine: ContainerEngine, plan: TestPlan): Promise<void> {
  try {
    await cleanUp(engine, plan);
  } catch (error) {
    log.warning(messageOf(error));
  }
}

async function testImage(test: Test): Promise<void> {
  const { context, engine, plan } = test;
  const { log, signal, inputs } = context;
  log.info(`Taking ${inputs.digest} from its layout`);
  await engine.pull(plan.reference, signal);
  await engine.createNetwork(plan.name, plan.label);
  signal.throwIfAborted();
  const id = await engine.createContainer({
    ...{ name: plan.name, network: plan.name, label: plan.label, image: plan.reference },
    ...{ port: inputs.port, environment: inputs.environment },
  });
  const watch = new AbortController();
  try {
    await assertRunsAsked(test, id);
    signal.throwIfAborted();
    await engine.startContainer(id);
    await testContainer(test, { id, hasEnded: watchExit(engine, id, watch.signal) });
    await engine.stop(id, inputs['stop-timeout-seconds'], signal);
  } catch (error) {
    if (!signal.aborted) await showLog(test, id);
    throw error;
  } finally {
    watch.abort();
  }
}

/** The engine's own word, because it is the engine that runs the image. */
async function assertRunsAsked({ context, engine, plan }: Test, id: string): Promise<void> {
  const { digest } = context.inputs;
  const found = await engine.imageDigests(id, plan.repository);
  if (found.length !== 1 || found[0] !== digest) throw errors.digestMismatch(digest, found);
}

function watchExit(engine: ContainerEngine, id: string, signal: AbortSignal): () => boolean {
  let ended = false;
  engine.waitForExit(id, signal).then(
    () => (ended = true),
    // Either we ended the watch ourselves, or the engine is gone, which the next question to it will tell.
    () => undefined,
  );
  return () => ended;
}

async function testContainer(test: Test, container: Running): Promise<void> {
  const { context, engine, plan } = test;
  const { log, inputs } = context;
  log.info('The container runs; waiting until the service is ready');
  const port = await engine.hostPort(container.id, inputs.port);
  if (port === undefined) throw await exited(test, container.id, 'before it was ready');
  const baseUrl = `http://127.0.0.1:${port}`;
  await waitForService(test, container, baseUrl);
  const result = redactResult(await runChecks(test, baseUrl), test.redactor);
  await tellResult(context, result, plan.junit);
  const state = await engine.state(container.id);
  const failed = result.checks.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length > 0) throw errors.checksFailed(failed, result.checks.length, state);
  if (!state.running) throw await exited(test, container.id, 'after its last answer');
  context.setOutput('tested-digest', inputs.digest);
  log.info(`${result.passed} of ${result.checks.length} checks passed`);
}

async function waitForService(test: Test, { id, hasEnded }: Running, baseUrl: string): Promise<void> {
  const { context, suite } = test;
  const { clock, signal, log } = context;
  const result = await waitUntilReady({ baseUrl, ready: suite.ready, clock, signal, stillRunning: () => !hasEnded() });
  context.report('readyMs', result.ms);
  switch (result.state) {
    case 'ready':
      return log.info(`Ready after ${result.ms} ms`);
    case 'ended':
      throw await exited(test, id, 'before it was ready');
    case 'timed-out': {
      const { path: asked, status, timeoutSeconds } = suite.ready;
      const what = `GET ${asked} on its port ${context.inputs.port} is to answer ${status}; seen last: ${result.last}`;
      throw errors.notReady(what, timeoutSeconds, lastLinesOf(await readLog(test, id)));
    }
  }
}

async function runChecks({ context, suite }: Test, baseUrl: string): Promise<SuiteResult> {
  const { clock, signal, log } = context;
  return runSuite({
    ...{ suite, baseUrl, clock, signal },
    onCheck: ({ name, passed, ms }) => log.info(`${passed ? 'passed' : 'FAILED'}  ${name}  (${ms} ms)`),
  });
}

async function exited(test: Test, id: string, when: string): Promise<SlipwayError> {
  const state = await test.engine.state(id);
  test.context.report('container', state);
  return errors.containerExited(when, state, lastLinesOf(await readLog(test, id)));
}

async function showLog(test: Test, id: string): Promise<void> {
  const { log, inputs } = test.context;
  const lines = await readLog(test, id);
  await log.group(`Log of the container, last ${inputs['log-lines']} lines`, () => {
    log.untrusted(lines.length > 0 ? lines.join('\n') : 'It logged nothing.');
  });
}

/** Never the reason why a test fails: an engine that cannot tell the log must not hide what went wrong before. */
async function readLog({ engine, context, redactor }: Test, id: string): Promise<readonly string[]> {
  try {
    const lines = await engine.logTail(id, context.inputs['log-lines']);
    return lines.map((line) => cutLine(redactor.redact(line)));
  } catch (error) {
    return [`(the log cannot be read: ${messageOf(error)})`];
  }
}

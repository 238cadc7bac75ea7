import { messageOf, type SlipwayError } from '@slipway/core';
import { runSuite, type SuiteResult } from '@slipway/http-checks';
import { runCommand } from './command.js';
import { assertRunsAsked, startContainer, type Container } from './container.js';
import { readLog, showLog } from './container-log.js';
import { showDependencies, startDependencies } from './dependencies.js';
import type { Dependency } from './dependency.js';
import type { Finding } from './deployability/checks.js';
import { judgeDeployability } from './deployability/run.js';
import { tellFindings } from './deployability/tell.js';
import * as errors from './errors.js';
import { proveHealth } from './health.js';
import { LoadRun, withMemory } from './load/run.js';
import { lastLinesOf, redactResult } from './plan.js';
import { testPlatforms } from './platforms.js';
import { awaitReady, type ReadyBy, type ReadyResult } from './readiness.js';
import { tellResult } from './tell.js';
import { readinessOf, specOf, suiteOptions, type Test } from './test.js';
import { together } from './together.js';

/**
 * testImage runs the image as it is set and judges it.
 *
 * @throws SlipwayError TEST_*; the signal's reason when it aborts
 */
export async function testImage(test: Test): Promise<void> {
  const { context, engine, plan, platform } = test;
  const { signal, inputs, log } = context;
  log.info(`Taking ${inputs.digest} from its layout`);
  if (platform !== undefined) log.info(`It is not for this engine's own platform; ${platform} is what is tested.`);
  await together([engine.pull(plan.reference, signal, platform), engine.createNetwork(plan.name, plan.label)]);
  signal.throwIfAborted();
  const services = await startDependencies(test);
  const load = new LoadRun(test);
  let container: Container;
  try {
    container = await testAsSet(test, services, load);
  } catch (error) {
    // Why it does not start is what these checks tell best; the first failure stays the test's.
    if (!signal.aborted) await findAsWell(test, load);
    throw error;
  }
  await testPlatforms(test);
  const findings = await findDeployability(test, load, inputs['keep-running']);
  const failed = findings.filter(({ state, level }) => state === 'failed' && level === 'error');
  if (failed.length > 0) throw errors.notDeployable(failed);
  if (inputs['keep-running']) await tellGoesOn(test, container);
  context.setOutput('tested-digest', inputs.digest);
}

async function tellGoesOn({ context, tally }: Test, { baseUrl, ports }: Container): Promise<void> {
  context.setOutput('base-url', baseUrl);
  context.setOutput('ports', JSON.stringify(Object.fromEntries(ports)));
  context.saveState('goes-on', 'true');
  const told = `The container goes on at ${baseUrl}, for the job's later steps; it is removed when the job ends.`;
  context.log.info(told);
  await tally.add({ suites: [], section: told });
}

async function findDeployability(test: Test, load: LoadRun, isBeside = false): Promise<readonly Finding[]> {
  const { deployability: options } = test.setting;
  if (!options) return [];
  const { context, engine } = test;
  context.log.info('Starting the image as ECS would, in several ways');
  if (options.previousImage !== undefined) await engine.pullForeign(options.previousImage, context.signal);
  const memory = await load.memory();
  const findings = withMemory(await judgeDeployability(test, { ...options, isBeside }), memory);
  await tellFindings(test, findings);
  return findings;
}

async function findAsWell(test: Test, load: LoadRun): Promise<void> {
  const { context } = test;
  try {
    await findDeployability(test, load);
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.warning(`The deployability checks were not made to their end: ${messageOf(error)}`);
  }
}

async function testAsSet(test: Test, services: readonly Dependency[], load: LoadRun): Promise<Container> {
  const { context, engine, plan, setting, redactor } = test;
  const { signal, inputs, clock } = context;
  let created: string | undefined;
  let container: Container | undefined;
  try {
    container = await startContainer({
      ...{ engine, clock, signal, redactor, spec: specOf(test), followsLog: setting.readyBy.kind === 'log' },
      onCreated: (id) => {
        created = id;
        return assertRunsAsked(engine, id, { repository: plan.repository, digest: inputs.digest });
      },
    });
    await testContainer(test, container);
    await runCommand(test, { container, services });
    await testUnderLoad(test, container, load);
    if (!inputs['keep-running']) await engine.stop(container.id, setting.stopTimeoutSeconds, signal);
    return container;
  } catch (error) {
    if (created !== undefined && !signal.aborted) {
      await showLog(test, created);
      await showDependencies(test, services);
      // The containers of the checks after it need its lock and its share of the machine.
      if (setting.deployability) await stopFailed(test, created);
    }
    throw error;
  } finally {
    container?.unwatch();
  }
}

/** What has failed has its reason already; that it cannot be stopped is told beside it. */
async function stopFailed({ context, engine, setting }: Test, id: string): Promise<void> {
  const { signal, log } = context;
  await engine.stop(id, setting.stopTimeoutSeconds, signal).catch((error: unknown) => log.warning(messageOf(error)));
}

async function testContainer(test: Test, container: Container): Promise<void> {
  const { context, redactor } = test;
  const { log } = context;
  log.info('The container runs; waiting until the service is ready');
  await waitForService(test, container);
  await proveOwnHealth(test, container);
  const result = redactResult(await runChecks(test, container.baseUrl), redactor);
  await tellResult(test, result);
  const state = await container.state();
  const failed = result.checks.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length > 0) throw errors.checksFailed(failed, result.checks.length, state);
  if (!state.running) throw await exited(test, container, 'after its last answer');
  if (container.health() === 'unhealthy') throw await sick(test, container, 'after the checks');
  log.info(`${result.passed} of ${result.checks.length} checks passed`);
}

async function proveOwnHealth(test: Test, container: Container): Promise<void> {
  const { context, engine, setting, redactor } = test;
  const { healthCheck: check } = setting.constraints;
  if (typeof check !== 'object' || container.health() === 'healthy') return;
  const { clock, signal } = context;
  const hasEnded = (): boolean => container.hasEnded();
  const problem = await proveHealth({ engine, id: container.id, check, clock, signal, hasEnded });
  if (problem === undefined) return context.log.info("The task definition's health check passes in it");
  if (hasEnded()) throw await exited(test, container, 'while its health check was tried');
  throw errors.healthCheckFails(redactor.redact(problem), lastLinesOf(await readLog(test, container.id)));
}

async function testUnderLoad(test: Test, container: Container, load: LoadRun): Promise<void> {
  if (!test.setting.load) return;
  await load.put(container);
  if (!(await container.state()).running) throw await exited(test, container, 'under load');
  if (container.health() === 'unhealthy') throw await sick(test, container, 'under load');
}

async function waitForService(test: Test, container: Container): Promise<void> {
  const { context } = test;
  const { log } = context;
  const result = await awaitReady(container, readinessOf(test));
  context.report('readyMs', result.ms);
  switch (result.state) {
    case 'ready':
      return log.info(`Ready after ${result.ms} ms`);
    case 'ended':
      throw await exited(test, container, 'before it was ready');
    case 'unhealthy':
      throw await sick(test, container, 'before it was ready');
    case 'no-health-check':
      throw errors.noHealthCheck(test.setting.constraints.healthCheck === 'none');
    case 'timed-out':
      throw await late(test, container, result);
  }
}

async function late(
  test: Test,
  { id }: Container,
  { last, awaited: which }: Extract<ReadyResult, { state: 'timed-out' }>,
): Promise<SlipwayError> {
  const { path, status, timeoutSeconds } = readinessOf(test).ready;
  const lastLines = lastLinesOf(await readLog(test, id));
  if (which === 'ports') return errors.portsNotOpen(last, timeoutSeconds, lastLines);
  const awaited: Record<ReadyBy['kind'], string> = {
    http: `GET ${path} on its port ${test.setting.port} is to answer ${status}`,
    tcp: `somebody is to listen on its port ${test.setting.port}`,
    'health-check': 'its health check is to pass',
    log: "a line is to be what 'ready-log' says",
  };
  const what = `${awaited[test.setting.readyBy.kind]}; seen last: ${last}`;
  return errors.notReady(what, timeoutSeconds, lastLines);
}

async function runChecks(test: Test, baseUrl: string): Promise<SuiteResult> {
  const { log } = test.context;
  return runSuite({
    ...suiteOptions(test),
    baseUrl,
    onCheck: ({ name, passed, ms }) => log.info(`${passed ? 'passed' : 'FAILED'}  ${name}  (${ms} ms)`),
  });
}

async function exited(test: Test, container: Container, when: string): Promise<SlipwayError> {
  const state = await container.state();
  const { running, exitCode, oomKilled } = state;
  test.context.report('container', { running, exitCode, oomKilled });
  return errors.containerExited(when, state, lastLinesOf(await readLog(test, container.id)));
}

async function sick(test: Test, container: Container, when: string): Promise<SlipwayError> {
  return errors.unhealthy(when, container.healthProblem(), lastLinesOf(await readLog(test, container.id)));
}

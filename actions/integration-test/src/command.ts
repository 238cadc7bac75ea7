import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, SlipwayError } from '@slipway/core';
import { jobEnvironment, runProcess } from '@slipway/process';
import type { Container } from './container.js';
import type { Dependency } from './dependency.js';
import * as errors from './errors.js';
import { collectJUnit } from './junit/collect.js';
import { tellCommand } from './junit/tell.js';
import type { Test } from './test.js';

/** What a test program is told of what it tests. */
export interface Surroundings {
  /** The container under test. */
  readonly container: Container;
  readonly services: readonly Dependency[];
}

/**
 * runCommand runs the user's own test program in the workspace, with where to find everything in its environment:
 * BASE_URL, PORT_<NUMBER> for each published port, CONTAINER_NAME, NETWORK, JUNIT_DIR, and <NAME>_HOST, <NAME>_PORT, <NAME>_CONTAINER for each service; those of
 * a compose file have a host and a port when they publish one.
 * It sees the job's environment beside it, but for tokens and credentials; what it starts ends with it.
 * The JUnit files that it writes to JUNIT_DIR, or a folder in it, become part of the test's own.
 *
 * @throws SlipwayError TEST_COMMAND_FAILED, PROCESS_NOT_STARTED, PROCESS_TIMED_OUT
 */
export async function runCommand(test: Test, surroundings: Surroundings): Promise<void> {
  const { context, plan, setting, redactor } = test;
  const [file, ...args] = setting.command ?? [];
  if (file === undefined) return;
  const { log, github, signal, inputs } = context;
  const folder = path.join(path.dirname(plan.junit), `${path.basename(plan.junit, '.xml')}-command`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  log.info(`Running ${file}`);
  let exitCode: number | undefined;
  let why: string | undefined;
  let failed: readonly string[] = [];
  try {
    const env = jobEnvironment({ ...inputs['command-environment'], ...variablesOf(surroundings), JUNIT_DIR: folder });
    const onLine = (line: string): void => log.untrusted(redactor.redact(line));
    const timeoutMs = inputs['command-minutes'] * 60_000;
    const start = () =>
      runProcess({ file, args, signal, cwd: github.workspace, timeoutMs, env, onLine, withGroup: true });
    ({ exitCode } = await log.group(`Output of ${file}`, start));
  } catch (error) {
    signal.throwIfAborted();
    why = messageOf(error);
    throw error instanceof SlipwayError ? errors.commandNotEnded(error, inputs['command-minutes']) : error;
  } finally {
    // What it has written before it hung is of use too.
    if (!signal.aborted)
      failed = await tellCommand(test, { file, exitCode, why, ...(await collectJUnit(folder, redactor)) });
  }
  if (exitCode !== 0) throw errors.commandFailed(file, exitCode);
  if (failed.length === 0) return;
  if (inputs['command-on-junit-failure'] === 'error') throw errors.commandTestsFailed(file, failed);
  log.warning(`${file} ended with exit code 0, though its JUnit files tell of ${failed.length} that failed.`);
}

/** variablesOf returns where everything is, by the names of variables. */
export function variablesOf({ container, services }: Surroundings): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {
    BASE_URL: container.baseUrl,
    CONTAINER_NAME: container.spec.name,
    NETWORK: container.spec.network,
  };
  for (const [port, hostPort] of container.ports) variables[`PORT_${port}`] = String(hostPort);
  for (const { name, container: itsContainer, published } of services) {
    const prefix = name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    variables[`${prefix}_CONTAINER`] = itsContainer;
    if (!published) continue;
    variables[`${prefix}_HOST`] = published.host;
    variables[`${prefix}_PORT`] = String(published.port);
  }
  return variables;
}

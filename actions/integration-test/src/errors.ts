import { SlipwayError } from '@slipway/core';
import type { ContainerState } from './engine.js';

/** environmentInvalid is the error of variables that nothing can be given. Values are not told. */
export function environmentInvalid(input: string, names: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'TEST_ENVIRONMENT_INVALID',
    message: `'${input}' has names that are none: ${names.map((name) => `'${name}'`).join(', ')}.`,
    hint: 'A name has letters, digits, dots, hyphens and underscores, and does not begin with a digit.',
  });
}

/** taskDefinitionInvalid is the error of a task definition that cannot be read, or does not say which container is meant. */
export function taskDefinitionInvalid(file: string, problems: readonly string[], cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'TEST_TASK_DEFINITION_INVALID',
    message: `The task definition '${file}' cannot be used: ${problems.join('; ')}.`,
    hint: "Check 'task-definition' and 'container'; the file is the JSON or YAML that register-task-def reads.",
    cause,
  });
}

/** secretMissing is the error of secrets that have no test value. */
export function secretMissing(names: readonly string[], container: string): SlipwayError {
  const list = names.map((name) => `'${name}'`).join(', ');
  return new SlipwayError({
    code: 'TEST_SECRET_MISSING',
    message: `The container '${container}' takes secrets that have no test value: ${list}.`,
    hint: `Give each of them a value for the test, as a line of 'secrets': ${names[0] ?? 'NAME'}=test-value.`,
  });
}

/** deployabilityInvalid is the error of levels that are none. */
export function deployabilityInvalid(problems: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'TEST_DEPLOYABILITY_INVALID',
    message: `'deployability' cannot be used: ${problems.join('; ')}.`,
    hint: "Write lines such as 'all=error' and 'read-only=warn'.",
  });
}

/** platformFailed is the error of an index whose image fails on a platform beside the engine's own. */
export function platformFailed(
  failed: readonly { readonly platform: string; readonly because: string }[],
): SlipwayError {
  return new SlipwayError({
    code: 'TEST_PLATFORM_FAILED',
    message: `The image passes on the engine's own platform, and fails on others: ${failed.map(({ platform, because }) => `${platform}: ${because}`).join('; ')}.`,
    hint: "The logs of these containers stand in groups of the job's log.",
  });
}

/** notDeployable is the error of an image that ECS would have trouble with. */
export function notDeployable(findings: readonly { readonly code: string; readonly because: string }[]): SlipwayError {
  const list = findings.map(({ code, because }) => `${code}: ${because}`).join('; ');
  return new SlipwayError({
    code: 'TEST_NOT_DEPLOYABLE',
    message: `The image answers, and cannot be deployed as it is: ${list}.`,
    hint: "docs/errors.md has an entry for each code; 'deployability' can make a check a warning.",
  });
}

/** foreignNotPulled is the error of an image beside the tested one that cannot be had. */
export function foreignNotPulled(reference: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_FOREIGN_NOT_PULLED',
    message: `The image '${reference}' cannot be pulled: ${why}`,
    hint: "Check 'previous-image' and 'services', and log the job in to the registry before this step.",
    kind: 'world',
  });
}

/** serviceNotReady is the error of a service that the image needs and does not get. */
export function serviceNotReady(name: string, why: string, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_SERVICE_NOT_READY',
    message: `The service '${name}' did not get ready ${why}.${lastLines}`,
    hint: "Check its 'port', 'environment' and 'ready-log' in 'services'. Its log stands in a group of the job's log.",
  });
}

/** commandFailed is the error of a test program that says no. */
export function commandFailed(file: string, exitCode: number): SlipwayError {
  return new SlipwayError({
    code: 'TEST_COMMAND_FAILED',
    message: `The test program '${file}' ended with exit code ${exitCode}.`,
    hint: "Its output stands in a group of the job's log.",
  });
}

/** commandNotEnded is the error of a test program that could not be started, or took too long. */
export function commandNotEnded(cause: SlipwayError, minutes: number): SlipwayError {
  const { code, message, kind } = cause;
  const hint =
    code === 'PROCESS_TIMED_OUT'
      ? `'command-minutes' is ${minutes}. Its output so far stands in a group of the job's log.`
      : "The first word of 'command' is a program on the runner's PATH, or its path; a line for a shell is written as [bash, -c, 'the line'].";
  return new SlipwayError({ code, message, hint, kind, cause });
}

/** More would fill the message; the summary has all of them. */
const MAX_NAMES = 3;

/** commandTestsFailed is the error of a test program that says yes, while its own files say no. */
export function commandTestsFailed(file: string, names: readonly string[]): SlipwayError {
  const shown = names.slice(0, MAX_NAMES).map((name) => `'${name}'`);
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return new SlipwayError({
    code: 'TEST_COMMAND_FAILED',
    message: `The test program '${file}' ended with exit code 0, and its JUnit files tell of tests that failed: ${shown.join(', ')}${more}.`,
    hint: "Mend the tests, or set 'command-on-junit-failure: warn' where they may fail.",
  });
}

/** unhealthy is the error of a service whose own health check failed. */
export function unhealthy(when: string, problem: string | undefined, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_UNHEALTHY',
    message: `The container's health check said 'unhealthy' ${when}${problem === undefined ? '' : ` (${problem})`}.${lastLines}`,
    hint: 'ECS would replace the task. Run the health check by hand in the container, and give it a longer startPeriod when it starts slowly.',
  });
}

/** healthCheckFails is the error of a service that is ready, and whose task definition's check says otherwise. */
export function healthCheckFails(problem: string, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_UNHEALTHY',
    message: `The service is ready, and the task definition's health check fails in it (${problem}).${lastLines}`,
    hint: 'ECS would replace every task. The check runs inside the container: its program, and a shell for CMD-SHELL, have to be in the image.',
  });
}

/** platformNotRun is the error of an image for other machines. */
export function platformNotRun(has: readonly string[], runs: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'TEST_PLATFORM_NOT_RUN',
    message: `The image is for ${has.join(', ')}, and this engine runs ${runs.join(', ')}.`,
    hint: 'Test it on a runner of its platform, or set up emulation (docker/setup-qemu-action) before this step.',
  });
}

/** envFileInvalid is the error of a file of variables that cannot be read. Values are not told. */
export function envFileInvalid(file: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'TEST_ENV_FILE_INVALID',
    message: `The file of variables '${file}' cannot be used: ${why}.`,
    hint: "Check 'env-files': each line is NAME=value, a comment that begins with '#', or empty.",
    cause,
  });
}

/** readyLogInvalid is the error of a test that waits for a line and does not say which. */
export function readyLogInvalid(why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_READY_LOG_INVALID',
    message: `'ready-by' is 'log', and 'ready-log' is no text to look for: ${why}.`,
    hint: "Set 'ready-log' to a part of the line that says that the service is ready, or to '/expression/'.",
  });
}

/** digestNotInLayout is the error of a digest that is no manifest of the layout. */
export function digestNotInLayout(digest: string, layout: string, cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'TEST_DIGEST_NOT_IN_LAYOUT',
    message: `The image layout '${layout}' has no manifest ${digest}.`,
    hint: "Pass 'digest' and 'oci-layout' from the same build-image step.",
    cause,
  });
}

/** engineMissing is the error of a machine without a container engine. */
export function engineMissing(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'TEST_ENGINE_MISSING',
    message: `No container engine answers: ${why}`,
    hint: 'Run the job where Docker runs, such as a GitHub-hosted Ubuntu runner.',
    kind: 'world',
    cause,
  });
}

/** engineFailed is the error of an engine that refused something ordinary. */
export function engineFailed(command: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_ENGINE_FAILED',
    message: `'docker ${command}' failed: ${why}`,
    hint: 'Look at the container engine of the runner: its log, its disk space, its networks.',
    kind: 'world',
  });
}

/** pullFailed is the error of an engine that could not take the image from the layout. */
export function pullFailed(why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_PULL_FAILED',
    message: `The container engine could not take the image from its layout: ${why}`,
    hint: "The engine must reach the runner's 127.0.0.1, and the image must have this machine's platform.",
    kind: 'world',
  });
}

/** imageNotStarted is the error of an image of which no process could be started. */
export function imageNotStarted(why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_IMAGE_NOT_STARTED',
    message: `The image cannot be started: ${withoutNoise(why)}`,
    hint: /unable to find (?:user|group)/.test(why)
      ? "The image knows no such user or group. Correct 'user', or the task definition's; numbers, such as 65532:65532, are always known."
      : "Check what it starts: 'container-command', the task definition's entryPoint and command, or the image's; and its platform.",
  });
}

/** The client says who speaks, and repeats the id that it was given. */
function withoutNoise(why: string): string {
  const lines = why.split('\n').filter((line) => !/^Error: failed to start containers: /.test(line));
  return lines.join('\n').replace(/^Error response from daemon: /, '');
}

/** digestMismatch is the error of a container that runs another image than the one asked for. */
export function digestMismatch(asked: string, found: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'TEST_DIGEST_MISMATCH',
    message: `The container was to run ${asked}; the engine says that it runs ${found.join(', ') || 'an unknown image'}.`,
    hint: 'Nothing was tested. Run the job again on a fresh runner.',
    kind: 'world',
  });
}

/** containerExited is the error of a container that ended on its own. */
export function containerExited(when: string, state: ContainerState, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_CONTAINER_EXITED',
    message: `The container ended ${when}, with exit code ${state.exitCode}${memory(state)}.${lastLines}`,
    hint: "Its log stands in a group of the job's log.",
  });
}

/** notReady is the error of a service that did not get ready in its time. */
export function notReady(what: string, seconds: number, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_NOT_READY',
    message: `The service was not ready within ${seconds} s: ${what}.${lastLines}`,
    hint: "Check 'port', and 'ready' in the suite. The container's log stands in a group of the job's log.",
  });
}

/** portsNotOpen is the error of a service that is ready but for its further ports. */
export function portsNotOpen(last: string, seconds: number, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_NOT_READY',
    message: `The service was not ready within ${seconds} s: ${last}.${lastLines}`,
    hint: "Check 'ports', and that the service listens there on all addresses, not on its own 127.0.0.1. The container's log stands in a group of the job's log.",
  });
}

/** noHealthCheck is the error of a test that waits for a health check that is not there. */
export function noHealthCheck(isOfTaskDefinition: boolean): SlipwayError {
  const [where, what] = isOfTaskDefinition
    ? ['task definition', "Give the container a 'healthCheck' there; ECS takes no notice of the image's own."]
    : ['image', "Give the image a HEALTHCHECK, or name a 'task-definition' that has one."];
  return new SlipwayError({
    code: 'TEST_NOT_READY',
    message: `'ready-by' is 'health-check', and the ${where} has none.`,
    hint: `${what} Or choose another 'ready-by': http, tcp, log.`,
  });
}

/** checksFailed is the error of a service that answered wrongly. */
export function checksFailed(names: readonly string[], total: number, state: ContainerState): SlipwayError {
  const ended = state.running
    ? ''
    : ` The container ended meanwhile, with exit code ${state.exitCode}${memory(state)}.`;
  return new SlipwayError({
    code: 'TEST_CHECKS_FAILED',
    message: `${names.length} of ${total} checks failed: ${names.map((name) => `'${name}'`).join(', ')}.${ended}`,
    hint: "The job summary tells why; the container's log stands in a group of the job's log.",
  });
}

/** cleanUpFailed is the error of something that could not be removed. */
export function cleanUpFailed(problems: readonly string[], cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'TEST_CLEAN_UP_FAILED',
    message: `Something of the test could not be removed: ${problems.join(' ')}`,
    hint: 'On a runner that lives on, remove the containers and networks with the label slipway.run.',
    kind: 'world',
    cause,
  });
}

function memory(state: ContainerState): string {
  return state.oomKilled ? ', killed because it ran out of memory' : '';
}

import { patternProblem, toPattern, type Suite } from '@slipway/http-checks';
import type { Constraints } from './constraints.js';
import { levelsOf, type DeployabilityOptions } from './deployability/checks.js';
import type { ContainerEngine } from './engine.js';
import { readEnvFiles } from './env-files.js';
import * as errors from './errors.js';
import type { TestContext } from './inputs.js';
import { readLoad, type LoadOptions } from './load/settings.js';
import { placeOf } from './place.js';
import { assertEnvironment } from './plan.js';
import type { ReadyBy } from './readiness.js';
import { parseCommand, parseContainerCommand, parsePorts, parseServices, type Service } from './structures.js';
import { settingOf, type TaskSetting } from './task/constraints.js';
import { containerOf, readTaskDefinition } from './task/definition.js';

/** RunSetting is how the image is run: from the inputs and, where given, the task definition. */
export interface RunSetting {
  readonly port: number;
  /** Published beside it. */
  readonly furtherPorts: readonly number[];
  /** Those of them on which something has to listen before the service counts as ready. */
  readonly awaitedPorts: readonly number[];
  readonly environment: Readonly<Record<string, string>>;
  readonly constraints: Constraints;
  readonly stopTimeoutSeconds: number;
  readonly readyBy: ReadyBy;
  readonly services: readonly Service[];
  /** Further ones, and how long they may take to get ready. */
  readonly compose?: { readonly file: string; readonly shown: string; readonly seconds: number };
  /** A program and its arguments. */
  readonly command?: readonly string[];
  /** Absent: no load is made. */
  readonly load?: LoadOptions;
  /** Absent: no deployability check is made. */
  readonly deployability?: DeployabilityOptions;
  readonly notes: readonly string[];
}

/** The port of a service of which nobody says otherwise. */
const DEFAULT_PORT = 8080;
/** As Docker's own. */
const DEFAULT_STOP_SECONDS = 10;

/**
 * readSetting puts together how the image is run. Variables given here win over env files, and both over the task
 * definition.
 *
 * @throws SlipwayError TEST_TASK_DEFINITION_INVALID, TEST_SECRET_MISSING, TEST_ENV_FILE_INVALID,
 *   TEST_ENVIRONMENT_INVALID, TEST_READY_LOG_INVALID, TEST_DEPLOYABILITY_INVALID, TEST_LOAD_INVALID
 */
export async function readSetting(
  context: TestContext,
  engine: Pick<ContainerEngine, 'cpus'>,
  suite: Suite,
): Promise<RunSetting> {
  const { inputs } = context;
  const readyBy = readyByOf(inputs);
  const command = parseCommand(inputs.command);
  const own = constraintsOf(inputs);
  const load = readLoad(context, suite);
  const composeFile = inputs['compose-file'];
  const files = await readEnvFiles(inputs['env-files'], context.github);
  assertEnvironment(files, 'env-files');
  const task = await readTask(context, engine);
  return {
    ...portsOf(inputs, task?.ports ?? []),
    environment: { ...task?.environment, ...files, ...inputs.environment },
    constraints: { ...task?.constraints, ...own },
    stopTimeoutSeconds: inputs['stop-timeout-seconds'] ?? task?.stopTimeoutSeconds ?? DEFAULT_STOP_SECONDS,
    readyBy,
    services: parseServices(inputs.services),
    ...(composeFile === undefined
      ? {}
      : {
          compose: {
            file: composeFile,
            shown: placeOf(context.github, composeFile),
            seconds: inputs['compose-seconds'],
          },
        }),
    ...(command === undefined ? {} : { command }),
    ...(load === undefined ? {} : { load }),
    ...deployabilityOf(inputs, task, suite),
    notes: task?.notes ?? [],
  };
}

/** The task definition's ports are those that may be asked for; what the input names is what somebody relies on. */
function portsOf(
  inputs: TestContext['inputs'],
  mapped: readonly number[],
): Pick<RunSetting, 'port' | 'furtherPorts' | 'awaitedPorts'> {
  const port = inputs.port ?? mapped[0] ?? DEFAULT_PORT;
  const others = (ports: readonly number[]): readonly number[] => [...new Set(ports)].filter((one) => one !== port);
  const awaitedPorts = others(parsePorts(inputs.ports));
  return { port, furtherPorts: others([...awaitedPorts, ...mapped]), awaitedPorts };
}

/** What the inputs say of the container wins over the task definition. */
function constraintsOf(inputs: TestContext['inputs']): Pick<Constraints, 'user' | 'command'> {
  const { user } = inputs;
  const command = parseContainerCommand(inputs['container-command']);
  return { ...(user === undefined ? {} : { user }), ...(command === undefined ? {} : { command }) };
}

async function readTask(
  { inputs, github }: TestContext,
  engine: Pick<ContainerEngine, 'cpus'>,
): Promise<TaskSetting | undefined> {
  const file = inputs['task-definition'];
  if (file === undefined) return undefined;
  const shown = placeOf(github, file);
  const definition = await readTaskDefinition(file, shown);
  const container = containerOf(definition, inputs.container, shown);
  return settingOf(definition, container, { engineCpus: await engine.cpus(), secrets: inputs.secrets });
}

function readyByOf(inputs: TestContext['inputs']): ReadyBy {
  const kind = inputs['ready-by'];
  if (kind !== 'log') return { kind };
  const text = inputs['ready-log'];
  const problem = text === undefined ? 'it is not set' : patternProblem(text);
  if (text === undefined || problem !== undefined) throw errors.readyLogInvalid(problem ?? '');
  return { kind, pattern: toPattern(text) };
}

function deployabilityOf(
  inputs: TestContext['inputs'],
  task: TaskSetting | undefined,
  suite: Suite,
): Pick<RunSetting, 'deployability'> {
  const levels = levelsOf(inputs.deployability);
  if ('problems' in levels) throw errors.deployabilityInvalid(levels.problems);
  if (Object.values(levels).every((level) => level === 'off')) return {};
  const check = task?.constraints.healthCheck;
  const startPeriod = typeof check === 'object' && check.startPeriodSeconds > 0 ? check.startPeriodSeconds : undefined;
  const graceSeconds = inputs['grace-seconds'] ?? startPeriod ?? suite.ready.timeoutSeconds;
  const previousImage = inputs['previous-image'];
  const previous = previousImage === undefined ? {} : { previousImage };
  return { deployability: { levels, graceSeconds, badConfiguration: inputs['bad-configuration'], ...previous } };
}

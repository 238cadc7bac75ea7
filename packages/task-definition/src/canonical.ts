import { isObject, objectsIn, type JsonObject } from './json.js';
import { cpuUnits, memoryMiB, runsOnFargate } from './lint/rule.js';
import type { Task } from './lint/task.js';

/** What ECS does where a member is absent; such a value is left out. By the member's name within a container. */
const CONTAINER_DEFAULTS: JsonObject = { essential: true, cpu: 0, versionConsistency: 'enabled' };
const HEALTH_CHECK_DEFAULTS: JsonObject = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };
const EFS_DEFAULTS: JsonObject = { rootDirectory: '/', transitEncryption: 'DISABLED' };

/** Lists whose order means nothing, by their name: the member that tells their entries apart. */
const UNORDERED: Readonly<Record<string, string>> = {
  environment: 'name',
  secrets: 'name',
  secretOptions: 'name',
  ulimits: 'name',
  systemControls: 'namespace',
  mountPoints: 'containerPath',
  dependsOn: 'containerName',
  volumes: 'name',
  tags: 'key',
  resourceRequirements: 'type',
  inferenceAccelerators: 'deviceName',
  properties: 'name',
};

/** Lists of texts whose order means nothing. */
const UNORDERED_TEXTS = new Set(['requiresCompatibilities', 'add', 'drop', 'ignoredExitCodes', 'permissions']);

/** Booleans whose false is not what an absent member means. */
const NOT_FALSE_BY_DEFAULT = new Set(['essential', 'enabled']);

/**
 * canonical brings a definition, which has the shape of RegisterTaskDefinition, to the form in which two definitions
 * that mean the same to ECS are equal: without what ECS would fill in, and in one order.
 */
export function canonical(definition: JsonObject): JsonObject {
  const task = definition as Task;
  const compatibilities = task.requiresCompatibilities?.length ? task.requiresCompatibilities : ['EC2'];
  return ordered({
    ...definition,
    ...(task.cpu === undefined ? {} : { cpu: String(cpuUnits(task.cpu) ?? task.cpu) }),
    ...(task.memory === undefined ? {} : { memory: String(memoryMiB(task.memory) ?? task.memory) }),
    // Linux's default; Windows has another one, without a name, and no bridge.
    networkMode: task.networkMode ?? 'bridge',
    requiresCompatibilities: compatibilities,
    ...(runsOnFargate(task)
      ? { runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX', ...task.runtimePlatform } }
      : {}),
    containerDefinitions: objectsIn(definition['containerDefinitions']).map((container) =>
      canonicalContainer(container, task),
    ),
    volumes: objectsIn(definition['volumes']).map(canonicalVolume),
  }) as JsonObject;
}

/** isSame tells whether two definitions mean the same to ECS. */
export function isSame(ours: JsonObject, theirs: JsonObject): boolean {
  return canonicalText(withTheirRoles(ours, theirs)) === canonicalText(theirs);
}

/** canonicalText is equal for definitions that mean the same. */
export function canonicalText(definition: JsonObject): string {
  return JSON.stringify(canonical(definition));
}

/** ECS tells a role by its ARN, and takes its name too. */
function withTheirRoles(ours: JsonObject, theirs: JsonObject): JsonObject {
  const roles = ['taskRoleArn', 'executionRoleArn'].filter((member) => {
    const [own, other] = [ours[member], theirs[member]];
    return typeof own === 'string' && typeof other === 'string' && !own.includes(':') && other.endsWith(`:role/${own}`);
  });
  return { ...ours, ...Object.fromEntries(roles.map((member) => [member, theirs[member]])) };
}

function canonicalContainer(container: JsonObject, task: Task): JsonObject {
  const { healthCheck, restartPolicy } = container;
  return {
    ...without(container, CONTAINER_DEFAULTS),
    portMappings: objectsIn(container['portMappings'])
      .map((port) => canonicalPort(port, task))
      .sort((a, b) => compare(JSON.stringify(ordered(a)), JSON.stringify(ordered(b)))),
    ...(isObject(healthCheck) ? { healthCheck: without(healthCheck, HEALTH_CHECK_DEFAULTS) } : {}),
    ...(isObject(restartPolicy) ? { restartPolicy: without(restartPolicy, { restartAttemptPeriod: 300 }) } : {}),
  };
}

function canonicalPort(port: JsonObject, { networkMode }: Task): JsonObject {
  const sharesNetwork = networkMode === 'awsvpc' || networkMode === 'host';
  const hostPort = sharesNetwork ? { hostPort: port['containerPort'] } : {};
  return without(without(port, { protocol: 'tcp', hostPort: 0 }), hostPort);
}

function canonicalVolume(volume: JsonObject): JsonObject {
  const efs = volume['efsVolumeConfiguration'];
  if (!isObject(efs)) return volume;
  const authorization = efs['authorizationConfig'];
  return {
    ...volume,
    efsVolumeConfiguration: {
      ...without(efs, EFS_DEFAULTS),
      ...(isObject(authorization) ? { authorizationConfig: without(authorization, { iam: 'DISABLED' }) } : {}),
    },
  };
}

function without(value: JsonObject, defaults: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([name, member]) => !(Object.hasOwn(defaults, name) && defaults[name] === member)),
  );
}

/** Members in one order, lists whose order means nothing sorted, and without what is empty or false by default. */
function ordered(value: unknown, name = ''): unknown {
  if (Array.isArray(value))
    return sorted(
      value.map((item) => ordered(item)),
      name,
    );
  if (!isObject(value)) return value;
  const members = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, ordered(member, key)])
    .filter(([key, member]) => !meansNothing(key, member))
    .sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(members);
}

function sorted(items: readonly unknown[], name: string): readonly unknown[] {
  if (UNORDERED_TEXTS.has(name)) return [...items].sort((a, b) => compare(String(a), String(b)));
  const key = Object.hasOwn(UNORDERED, name) ? UNORDERED[name] : undefined;
  if (key === undefined) return items;
  const keyOf = (item: unknown): string => (isObject(item) ? String(item[key]) : '');
  return [...items].sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function meansNothing(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (value === false) return !NOT_FALSE_BY_DEFAULT.has(name);
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

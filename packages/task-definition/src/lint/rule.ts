import type { Path } from '../json.js';
import type { Finding } from './finding.js';
import type { Container, Task } from './task.js';

/** Where a rule is broken, and how. */
export interface Broken {
  readonly path: Path;
  readonly message: string;
}

/** Rule is one thing that ECS asks of a task definition and tells late, or not before the task fails. */
export interface Rule {
  readonly code: string;
  readonly severity: Finding['severity'];
  /** What has to hold, in a sentence. */
  readonly says: string;
  /** Where AWS says so. */
  readonly link: string;
  check(task: Task): Iterable<Broken>;
}

const REFERENCE = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_';
const GUIDE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/';

/** api returns the page of a structure in the API reference. */
export function api(structure: string): string {
  return `${REFERENCE}${structure}.html`;
}

/** guide returns a page of the developer guide. */
export function guide(page: string): string {
  return `${GUIDE}${page}.html`;
}

/** containersOfTask returns the containers with their paths. */
export function containersOfTask(task: Task): readonly { readonly container: Container; readonly path: Path }[] {
  return (task.containerDefinitions ?? []).map((container, index) => ({
    container,
    path: ['containerDefinitions', index],
  }));
}

/** forContainers makes a check of one container a check of all. */
export function forContainers(
  check: (container: Container, path: Path, task: Task) => Iterable<Broken>,
): (task: Task) => Iterable<Broken> {
  return (task) => containersOfTask(task).flatMap(({ container, path }) => [...check(container, path, task)]);
}

/** runsOnFargate tells whether ECS holds the task against Fargate's rules. */
export function runsOnFargate(task: Task): boolean {
  return task.requiresCompatibilities?.includes('FARGATE') ?? false;
}

/** runsOnWindows tells whether the containers are Windows containers. */
export function runsOnWindows(task: Task): boolean {
  return task.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') ?? false;
}

/** repeated returns the positions of the keys that stood before; absent keys are left out. */
export function repeated(keys: readonly (string | undefined)[]): readonly number[] {
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    if (key === undefined) return [];
    if (seen.has(key)) return [index];
    seen.add(key);
    return [];
  });
}

/** cpuUnits reads a task's cpu: units, or vCPUs with their unit. Undefined when it is neither. */
export function cpuUnits(text: string): number | undefined {
  const match = /^(\d+|\d*\.\d+)( *vcpu)?$/i.exec(text.trim());
  if (!match?.[1] || (!match[2] && match[1].includes('.'))) return undefined;
  return match[2] ? Number(match[1]) * 1024 : Number(match[1]);
}

/** memoryMiB reads a task's memory: MiB, or GB with their unit. Undefined when it is neither. */
export function memoryMiB(text: string): number | undefined {
  const match = /^(\d+|\d*\.\d+)( *gb)?$/i.exec(text.trim());
  if (!match?.[1] || (!match[2] && match[1].includes('.'))) return undefined;
  return match[2] ? Number(match[1]) * 1024 : Number(match[1]);
}

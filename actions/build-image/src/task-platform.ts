import { readFile } from 'node:fs/promises';
import { SlipwayError, messageOf } from '@slipway/core';
import { readDefinition } from '@slipway/task-definition';

/** ECS's words for a processor, in OCI's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/** What a task definition says of where it runs. */
export interface TaskPlatform {
  /** The file, as errors name it. */
  readonly shown: string;
  readonly system: string;
  /** Undefined where nothing says it: on instances of one's own, a task without it runs on what there is. */
  readonly architecture: string | undefined;
}

/** readTaskPlatform reads where a task definition runs. @throws SlipwayError BUILD_TASK_DEFINITION_INVALID */
export async function readTaskPlatform(file: string, shown: string): Promise<TaskPlatform> {
  try {
    const { value } = readDefinition(await readFile(file, 'utf8'), shown, []);
    const { runtimePlatform = {}, requiresCompatibilities = [] } = value as {
      readonly runtimePlatform?: { readonly cpuArchitecture?: string; readonly operatingSystemFamily?: string };
      readonly requiresCompatibilities?: readonly string[];
    };
    const { operatingSystemFamily = 'LINUX' } = runtimePlatform;
    // Fargate's default, and Fargate's alone.
    const byDefault = requiresCompatibilities.includes('FARGATE') ? 'X86_64' : undefined;
    const processor = runtimePlatform.cpuArchitecture ?? byDefault;
    const system = operatingSystemFamily.startsWith('WINDOWS') ? 'windows' : operatingSystemFamily.toLowerCase();
    return { shown, system, architecture: processor && (ARCHITECTURES[processor] ?? processor.toLowerCase()) };
  } catch (cause) {
    throw new SlipwayError({
      code: 'BUILD_TASK_DEFINITION_INVALID',
      message: `The task definition '${shown}' cannot be read: ${messageOf(cause)}`,
      hint: "Check 'task-definition'; it is the file that register-task-def reads.",
      cause,
    });
  }
}

/** assertRunsAs refuses platforms of which the task definition's is none. @throws SlipwayError BUILD_PLATFORM_MISMATCH */
export function assertRunsAs({ shown, system, architecture }: TaskPlatform, platforms: readonly string[]): void {
  const wanted = architecture === undefined ? system : `${system}/${architecture}`;
  // linux/arm64/v8 is linux/arm64 by another name.
  if (platforms.some((platform) => platform === wanted || platform.startsWith(`${wanted}/`))) return;
  throw new SlipwayError({
    code: 'BUILD_PLATFORM_MISMATCH',
    message: `The task definition '${shown}' runs ${wanted}, and the image is for ${platforms.join(', ')}.`,
    hint: `Set 'platforms: ${architecture === undefined ? `${wanted}/amd64` : wanted}', or the task definition's runtimePlatform.`,
  });
}

/** As `platforms` has them in full; what buildx takes beside (`arm64`, `linux/aarch64`, `local`) is known after the build. */
const IN_FULL = /^[a-z]+\/(?:amd64|arm64)(?:\/v\d+)?$/;

/** assertWillRunAs does so before anything is built, where the names of the platforms say enough. @throws SlipwayError BUILD_PLATFORM_MISMATCH */
export function assertWillRunAs(task: TaskPlatform, platforms: readonly string[]): void {
  if (platforms.length > 0 && platforms.every((platform) => IN_FULL.test(platform))) assertRunsAs(task, platforms);
}

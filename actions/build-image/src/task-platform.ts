import { readFile } from 'node:fs/promises';
import { SlipwayError, messageOf } from '@slipway/core';
import { readDefinition } from '@slipway/task-definition';

/** ECS's words for a processor, in OCI's. ECS runs X86_64 where a task definition says nothing. */
const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/**
 * assertRunsAs refuses an image that the task definition's platform cannot run.
 *
 * @throws SlipwayError BUILD_TASK_DEFINITION_INVALID, BUILD_PLATFORM_MISMATCH
 */
export async function assertRunsAs(file: string, shown: string, platforms: readonly string[]): Promise<void> {
  const wanted = await platformIn(file, shown);
  // linux/arm64/v8 is linux/arm64 by another name.
  if (platforms.some((platform) => platform === wanted || platform.startsWith(`${wanted}/`))) return;
  throw new SlipwayError({
    code: 'BUILD_PLATFORM_MISMATCH',
    message: `The task definition '${shown}' runs ${wanted}, and the image is for ${platforms.join(', ')}.`,
    hint: `Set 'platforms: ${wanted}', or the task definition's runtimePlatform.`,
  });
}

async function platformIn(file: string, shown: string): Promise<string> {
  try {
    const { value } = readDefinition(await readFile(file, 'utf8'), shown, []);
    const { runtimePlatform = {} } = value as {
      readonly runtimePlatform?: { readonly cpuArchitecture?: string; readonly operatingSystemFamily?: string };
    };
    const { cpuArchitecture = 'X86_64', operatingSystemFamily = 'LINUX' } = runtimePlatform;
    const system = operatingSystemFamily.startsWith('WINDOWS') ? 'windows' : operatingSystemFamily.toLowerCase();
    return `${system}/${ARCHITECTURES[cpuArchitecture] ?? cpuArchitecture.toLowerCase()}`;
  } catch (cause) {
    throw new SlipwayError({
      code: 'BUILD_TASK_DEFINITION_INVALID',
      message: `The task definition '${shown}' cannot be read: ${messageOf(cause)}`,
      hint: "Check 'task-definition'; it is the file that register-task-def reads.",
      cause,
    });
  }
}

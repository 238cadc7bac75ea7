import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { World } from '../../world.js';

/** ecsArn returns an ARN of ECS in this world: `service/staging/web`. */
export function ecsArn(world: World, resource: string): string {
  return `arn:aws:ecs:${world.region}:${world.accountId}:${resource}`;
}

/** newTaskId returns 32 hex digits, as task ids have. */
export function newTaskId(): string {
  return randomBytes(16).toString('hex');
}

/** metadataIdOf names a container on the metadata endpoint, in AWS's form: the task's id, and a number for the name. */
export function metadataIdOf(taskId: string, containerName: string): string {
  return `${taskId}-${createHash('sha256').update(containerName).digest().readUInt32BE()}`;
}

/** newDeploymentId returns 21 URL-safe characters, as service deployment ids have. */
export function newDeploymentId(): string {
  return randomBytes(16).toString('base64url').slice(0, 21);
}

/** newNumericId returns 19 digits, as service revision and `ecs-svc/` ids have. */
export function newNumericId(): string {
  const part = (): string => String(randomInt(10 ** 9)).padStart(9, '0');
  return `${randomInt(1, 10)}${part()}${part()}`;
}

/** lastPart returns what follows the last slash of an ARN, or the whole of a plain name. */
export function lastPart(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

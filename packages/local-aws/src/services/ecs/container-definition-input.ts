import type { ContainerDefinition, HealthCheck } from '@aws-sdk/client-ecs';
import { clientException, unsupported } from './errors.js';
import { isEmpty } from './supported.js';

/** checkHealthCheck refuses what AWS refuses of a container's health check. */
export function checkHealthCheck(container: ContainerDefinition): void {
  const { healthCheck } = container;
  if (!healthCheck) return;
  const [form, ...command] = healthCheck.command ?? [];
  if (form === 'NONE' && command.length === 0) return;
  if (command.length === 0 || (form !== 'CMD' && form !== 'CMD-SHELL')) {
    throw clientException(
      `Invalid health check of container '${String(container.name)}': the command has to start with CMD or CMD-SHELL.`,
    );
  }
  for (const range of RANGES) checkRange(container, healthCheck, range);
}

type Range = readonly [member: 'interval' | 'timeout' | 'retries' | 'startPeriod', least: number, most: number];

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const RANGES: readonly Range[] = [
  ['interval', 5, 300],
  ['timeout', 2, 60],
  ['retries', 1, 10],
  ['startPeriod', 0, 300],
];

function checkRange(container: ContainerDefinition, healthCheck: HealthCheck, [member, least, most]: Range): void {
  const value = healthCheck[member];
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw clientException(
    `Invalid health check of container '${String(container.name)}': ${member} must be from ${least} to ${most}.`,
  );
}

/** checkLinuxParameters refuses by name all but the init process. */
export function checkLinuxParameters({ linuxParameters }: ContainerDefinition, path: string): void {
  for (const [member, value] of Object.entries(linuxParameters ?? {})) {
    if (member !== 'initProcessEnabled' && !isEmpty(value)) throw unsupported(`${path}linuxParameters.${member}`);
  }
}

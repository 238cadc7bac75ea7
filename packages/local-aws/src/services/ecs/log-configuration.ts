import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { LogDestination } from '../../container-logs.js';
import { clientException, unsupported } from './errors.js';
import { isEmpty, requireOneOf } from './supported.js';

/**
 * What the log driver does here. Of `mode` and `max-buffer-size` nothing can be seen: a container never waits for its
 * log, and no line is lost on the way.
 */
const OPTIONS = [
  ...['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix', 'awslogs-create-group', 'mode', 'max-buffer-size'],
];

/** checkLogConfiguration refuses by name all but the log driver `awslogs`, and the options that it does not run. */
export function checkLogConfiguration({ logConfiguration: log, name }: ContainerDefinition, path: string): void {
  if (!log) return;
  if (log.logDriver !== 'awslogs') throw unsupported(`${path}logConfiguration.logDriver`, log.logDriver);
  if (!isEmpty(log.secretOptions)) throw unsupported(`${path}logConfiguration.secretOptions`);
  const options = log.options ?? {};
  for (const option of Object.keys(options)) {
    if (!OPTIONS.includes(option)) throw unsupported(`${path}logConfiguration.options.${option}`, options[option]);
  }
  requireOneOf('awslogs-create-group', options['awslogs-create-group'], ['true', 'false']);
  requireOneOf('mode', options['mode'], ['blocking', 'non-blocking']);
  // As on Fargate: without a prefix nobody could tell from the stream's name whose it is.
  checkLogOptions({ logConfiguration: log, name }, true);
}

/** checkLogOptions refuses what AWS refuses of the log driver `awslogs`. */
export function checkLogOptions({ logConfiguration: log, name }: ContainerDefinition, isFargate: boolean): void {
  if (log?.logDriver !== 'awslogs') return;
  for (const option of ['awslogs-group', 'awslogs-region', ...(isFargate ? ['awslogs-stream-prefix'] : [])]) {
    if (log.options?.[option]) continue;
    throw clientException(`Log driver awslogs requires options: ${option}, in container '${String(name)}'.`);
  }
}

/** logDestinationOf returns where a container's lines go, `prefix/container/task`; undefined when nobody keeps them. */
export function logDestinationOf(container: ContainerDefinition, taskId: string): LogDestination | undefined {
  const options = container.logConfiguration?.options;
  if (!options) return undefined;
  return {
    region: options['awslogs-region'] ?? '',
    group: options['awslogs-group'] ?? '',
    stream: `${options['awslogs-stream-prefix'] ?? ''}/${container.name ?? ''}/${taskId}`,
    createsGroup: options['awslogs-create-group'] === 'true',
  };
}

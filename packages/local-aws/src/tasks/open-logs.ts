import { messageOf } from '@slipway/core';
import type { ContainerLogs, LogWriter } from '../container-logs.js';
import { TaskStartError, type TaskRequest } from './task-engine.js';

/**
 * openLogs opens the stream of every container that has one, by the container's name.
 *
 * @throws TaskStartError in AWS's words, when a log group does not exist
 */
export function openLogs(logs: ContainerLogs | undefined, request: TaskRequest): ReadonlyMap<string, LogWriter> {
  const writers = new Map<string, LogWriter>();
  for (const { name, log } of request.containers) {
    if (!log || !logs) continue;
    try {
      writers.set(name, logs.open(log));
    } catch (error) {
      throw new TaskStartError(
        'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed ' +
          `to create Cloudwatch log stream: ${error instanceof Error ? error.name : 'Error'}: ${messageOf(error)}`,
        name,
      );
    }
  }
  return writers;
}

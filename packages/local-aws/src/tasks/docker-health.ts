import { abortAfter } from '@slipway/core';
import type { WorldTime } from '../world.js';
import { watchContainerHealth } from './container-health.js';
import type { DockerCli } from './docker-cli.js';
import type { ContainerHealth, ContainerHealthCheck } from './task-engine.js';

/** However fast the world's time runs: each check starts a program in the container, which takes the machine's time. */
const LEAST_INTERVAL_MS = 500;
/** The check runs in real time, on a machine that may be busy. */
const LEAST_TIMEOUT_MS = 2_000;

/** CheckedContainer is a container that runs and is to be checked. */
export interface CheckedContainer {
  readonly id: string;
  readonly check: ContainerHealthCheck;
  readonly time: WorldTime;
  readonly signal: AbortSignal;
  onHealth(health: ContainerHealth): void;
}

/**
 * watchDockerHealth runs a container's health check with `docker exec`. Docker's own checks would do the same, but the
 * `docker` program can only set those that need a shell in the image, and their intervals know no faster minutes.
 * A check that hangs counts as failed; its program ends with its container.
 */
export function watchDockerHealth(docker: DockerCli, container: CheckedContainer): void {
  const { id, check, time, signal } = container;
  const args = ['exec', id, ...argvOf(check.command)];
  const timeoutMs = Math.max(LEAST_TIMEOUT_MS, time.realMs(check.timeoutSeconds));
  const probe = (): Promise<boolean> =>
    time.during(succeeds(docker, args, AbortSignal.any([signal, abortAfter(timeoutMs)])));
  const leastSeconds = LEAST_INTERVAL_MS / time.realMs(1);
  void watchContainerHealth({
    time,
    signal,
    check: { ...check, intervalSeconds: Math.max(check.intervalSeconds, leastSeconds) },
    probe,
    onChange: (health) => container.onHealth(health),
  });
}

function argvOf([form, ...command]: readonly string[]): readonly string[] {
  return form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...command] : command;
}

function succeeds(docker: DockerCli, args: readonly string[], signal: AbortSignal): Promise<boolean> {
  return docker.run(args, { signal }).then(
    () => true,
    () => false,
  );
}

import { expect } from '@jest/globals';
import type { CallRecord } from '@slipway/local-aws';
import type { ActEnd } from './act.js';
import type { World } from './world.js';

/** What a run may take on a machine that is busy with others. */
export const RUN_MS = 300_000;
/** What it may take to bring a world up, where act has to be built first. */
export const OPEN_MS = 500_000;

export const digestOf = (image: string): string => image.split('@')[1] ?? '';

/** expectGreen holds that a run succeeded; the end of the log says why one failed that has no error of ours. */
export function expectGreen({ exitCode, errors, log }: ActEnd): void {
  expect({ exitCode, errors, log: exitCode === 0 ? '' : log.slice(-4_000) }).toEqual({
    exitCode: 0,
    errors: [],
    log: '',
  });
}

/** What happened in a world since a moment. */
export interface Since {
  readonly calls: () => readonly CallRecord[];
  /** The claims of the ID tokens that were given out. */
  readonly tokens: () => readonly Readonly<Record<string, string>>[];
}

/** sinceNow watches what happens from now on. */
export function sinceNow(world: World): Since {
  const [calls, tokens] = [world.localAws.calls().length, world.gitHub.claims.length];
  return {
    calls: () => world.localAws.calls().slice(calls),
    tokens: () => world.gitHub.claims.slice(tokens),
  };
}

/** shown returns what GitHub shows of the deployments of an environment, the newest first. */
export function shown(world: World, environment: string): readonly string[] {
  const { deployments } = world.gitHub.api.world;
  return deployments
    .filter((one) => one.environment === environment)
    .map((one) => world.gitHub.api.world.stateOf(one))
    .reverse();
}

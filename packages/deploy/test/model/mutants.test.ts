import { describe, expect, it } from '@jest/globals';
import { check } from './model-check.js';
import type { Mutant } from './play-sequence.js';

/** Deployers with one mistake each, made at the port. A model that does not find them finds nothing. */
const MUTANTS: readonly (readonly [string, RegExp, Mutant])[] = [
  [
    'drops the undo',
    /only the end of the pause took|was cancelled, and the deployment is/,
    (aws) => ({ ...aws, ecs: { ...aws.ecs, stopWithRollback: () => Promise.resolve() } }),
  ],
  [
    'gives traffic without reading health',
    /G1: traffic was given/,
    (aws) => ({ ...aws, elb: { ...aws.elb, targetHealth: async () => [{ target: 'x', state: 'healthy' }] } }),
  ],
  [
    'does not know a status',
    /truth: 'unknown'/,
    (aws) => ({
      ...aws,
      ecs: {
        ...aws.ecs,
        serviceDeployment: async (arn) => {
          const seen = await aws.ecs.serviceDeployment(arn);
          return seen && { ...seen, status: seen.status === 'SUCCESSFUL' ? 'FAILED' : seen.status };
        },
      },
    }),
  ],
  [
    'takes the bake time for success',
    /truth: 'succeeded'|G2: 'succeeded'/,
    (aws) => ({
      ...aws,
      ecs: {
        ...aws.ecs,
        serviceDeployment: async (arn) => {
          const seen = await aws.ecs.serviceDeployment(arn);
          return seen && { ...seen, status: seen.lifecycleStage === 'CLEAN_UP' ? 'SUCCESSFUL' : seen.status };
        },
      },
    }),
  ],
  [
    'undoes twice',
    /one rollback call: there were 2/,
    (aws) => ({
      ...aws,
      ecs: {
        ...aws.ecs,
        stopWithRollback: async (arn) => {
          await aws.ecs.stopWithRollback(arn);
          await aws.ecs.stopWithRollback(arn);
        },
      },
    }),
  ],
  ['leaves its marks', /marks are left/, (aws) => ({ ...aws, ecs: { ...aws.ecs, untag: () => Promise.resolve() } })],
];

const ENOUGH = 300;

describe('the model catches a deployer that', () => {
  it.each(MUTANTS)(
    '%s',
    async (_name, says, mutant) => {
      const { counterexample } = await check({ numRuns: ENOUGH, seed: 1, mutant, shrinks: false });
      expect(counterexample).toMatch(says);
    },
    60_000,
  );
});

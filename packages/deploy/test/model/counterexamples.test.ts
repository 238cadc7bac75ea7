import { describe, expect, it } from '@jest/globals';
import type { Command, DeployCommand } from './commands.js';
import { playSequence } from './play-sequence.js';

const deploy = (given: Partial<DeployCommand> = {}): DeployCommand => ({
  kind: 'deploy',
  revision: 'good',
  strategy: 'own',
  gate: 'none',
  ifInProgress: 'fail',
  onCancel: 'rollback',
  watchesAlarm: false,
  ...given,
});

/** What a sequence does, as short as it could be made. */
type Named = readonly [string, readonly Command[]];

/** Mistakes of the deployer's. */
const FOUND: readonly Named[] = [
  [
    'a person adds a pause while we deploy, and the end of the deployment takes it away',
    [deploy(), { kind: 'settings', what: 'pause' }],
  ],
  [
    'a person changes a setting, the run dies, and our strategy and pauses stay with it',
    [deploy({ strategy: 'linear' }), { kind: 'settings', what: 'bake' }, { kind: 'kill', when: 'now' }],
  ],
  [
    'a person chooses canary steps of their own while we deploy by ours',
    [deploy({ strategy: 'canary' }), { kind: 'settings', what: 'canary' }],
  ],
  [
    'a run that waits for another asks for everything at every look',
    [deploy(), deploy({ ifInProgress: 'wait', gate: 'fails before traffic' })],
  ],
];

/** Mistakes of the first attempts to mend those. */
const FOUND_IN_MENDING: readonly Named[] = [
  [
    'a run supersedes one whose alarms were left, and the alarms stay',
    [deploy({ watchesAlarm: true, onCancel: 'leave' }), { kind: 'cancel' }, deploy({ ifInProgress: 'supersede' })],
  ],
  [
    'a run ends after a later one has begun, takes its marks off, and the later one dies',
    [
      deploy({ gate: 'passes' }),
      { kind: 'until', place: 'ended' },
      deploy({ strategy: 'linear' }),
      { kind: 'kill', when: 'now' },
    ],
  ],
  [
    'a run that begins before another has tidied up takes the other’s settings for its own, and leaves them',
    [
      deploy({ revision: 'never-healthy', watchesAlarm: true }),
      { kind: 'until', place: 'ended' },
      deploy({ watchesAlarm: true }),
    ],
  ],
];

/** Mistakes of the rules: nothing was wrong. */
const FOUND_IN_RULES: readonly Named[] = [
  [
    'a rollback stops the delivery under way, and then its own, whose revision is sick',
    [
      deploy({ gate: 'passes', onCancel: 'leave' }),
      { kind: 'sicken', of: 'old' },
      { kind: 'rollback', to: 'first' },
      deploy(),
      { kind: 'wait', seconds: 260 },
    ],
  ],
];

describe('what the model found once', () => {
  it.each([...FOUND, ...FOUND_IN_MENDING, ...FOUND_IN_RULES])('%s', async (_name, commands) => {
    expect((await playSequence(commands)).violations).toEqual([]);
  });
});

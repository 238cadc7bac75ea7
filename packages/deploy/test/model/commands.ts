import fc from 'fast-check';

/** What a new revision's tasks do. `again` is the revision that was asked for last. */
export const REVISIONS = ['good', 'never-healthy', 'crashes', 'crashes-later', 'again'] as const;

/** What happens in a sequence: plain data, so that a counterexample can be pasted into a test as it was printed. */
export type Command =
  | DeployCommand
  | { readonly kind: 'reconcile' }
  /** A person presses the rollback button. */
  | { readonly kind: 'rollback'; readonly to: 'last' | 'first' }
  /** The run that began last is cancelled as the runner does it; its post step follows. */
  | { readonly kind: 'cancel' }
  /** The run that began last dies: now, or in its next call, before or after that took effect. */
  | { readonly kind: 'kill'; readonly when: 'now' | 'before-call' | 'after-call' }
  /** A person changes settings of the service in the console. */
  | { readonly kind: 'settings'; readonly what: keyof typeof SETTINGS }
  | { readonly kind: 'console-deploy'; readonly revision: (typeof REVISIONS)[number] }
  | { readonly kind: 'console-stop' }
  /** A person changes the weights of the production listener: so much for blue, the rest for green. */
  | { readonly kind: 'weights'; readonly blue: number }
  | { readonly kind: 'scale'; readonly to: number }
  /** A task of the revision that was asked for last, or of another one, is stopped. */
  | { readonly kind: 'stop-task'; readonly of: 'new' | 'old' }
  /** All tasks of these revisions answer 503 from now on, or not any more. */
  | { readonly kind: 'sicken'; readonly of: 'new' | 'old' }
  | { readonly kind: 'recover' }
  | { readonly kind: 'alarm'; readonly isOn: boolean }
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Time passes until the newest deployment is there, or for ten minutes. */
  | { readonly kind: 'until'; readonly place: 'pause' | 'traffic' | 'bake' | 'ended' };

/** A run of the deployer begins. */
export interface DeployCommand {
  readonly kind: 'deploy';
  readonly revision: (typeof REVISIONS)[number];
  /** `own`: the service's own settings say how. */
  readonly strategy: 'own' | 'all-at-once' | 'canary' | 'linear';
  readonly gate: 'none' | 'passes' | 'fails before traffic' | 'fails at a step' | 'fails after traffic';
  readonly ifInProgress: 'fail' | 'wait' | 'supersede';
  readonly onCancel: 'rollback' | 'leave';
  readonly watchesAlarm: boolean;
}

/** SETTINGS are what a person sets in the console, as UpdateService takes it. */
export const SETTINGS = {
  bake: { bakeTimeInMinutes: 2 },
  canary: {
    strategy: 'CANARY',
    bakeTimeInMinutes: 1,
    canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 2 },
  },
  'all-at-once': { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
  breaker: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  pause: {
    lifecycleHooks: [
      {
        targetType: 'PAUSE',
        lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
        timeoutConfiguration: { timeoutInMinutes: 9, action: 'ROLLBACK' },
      },
    ],
  },
  'no-pause': { lifecycleHooks: [] },
} as const;

/** Printed as they are written. */
const record = <Members extends object>(members: { [Name in keyof Members]: fc.Arbitrary<Members[Name]> }) =>
  fc.record<Members>(members, { noNullPrototype: true });

const of = fc.constantFrom('new' as const, 'old' as const);
const revision = fc.constantFrom(...REVISIONS);
const kind = <Kind extends string>(name: Kind) => fc.constant(name);

const deploy: fc.Arbitrary<DeployCommand> = record({
  kind: kind('deploy'),
  revision: often('good', ...REVISIONS),
  strategy: fc.constantFrom('own', 'all-at-once', 'canary', 'linear'),
  gate: often('none', 'passes', 'fails before traffic', 'fails at a step', 'fails after traffic'),
  ifInProgress: fc.constantFrom('fail', 'wait', 'supersede'),
  onCancel: often('rollback', 'leave'),
  watchesAlarm: fc.boolean(),
});

/** The first half of the time, the others in the rest. */
function often<Value extends string>(first: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(fc.constant(first), fc.constantFrom(...others));
}

const world: fc.Arbitrary<Command> = fc.oneof(
  record({ kind: kind('settings'), what: fc.constantFrom(...(Object.keys(SETTINGS) as (keyof typeof SETTINGS)[])) }),
  record({ kind: kind('console-deploy'), revision }),
  record({ kind: kind('console-stop') }),
  record({ kind: kind('weights'), blue: fc.constantFrom(0, 50, 100) }),
  record({ kind: kind('scale'), to: fc.constantFrom(0, 1, 2, 3) }),
  record({ kind: kind('stop-task'), of }),
  record({ kind: kind('sicken'), of }),
  record({ kind: kind('recover') }),
  record({ kind: kind('alarm'), isOn: fc.boolean() }),
);

const run: fc.Arbitrary<Command> = fc.oneof(
  record({ kind: kind('cancel') }),
  record({
    kind: kind('kill'),
    when: fc.constantFrom('now' as const, 'before-call' as const, 'after-call' as const),
  }),
  record({ kind: kind('reconcile') }),
  record({ kind: kind('rollback'), to: fc.constantFrom('last' as const, 'first' as const) }),
);

const time: fc.Arbitrary<Command> = fc.oneof(
  record({ kind: kind('wait'), seconds: fc.constantFrom(1, 7, 31, 95, 260) }),
  record({ kind: kind('until'), place: fc.constantFrom('pause', 'traffic', 'bake', 'ended') }),
);

/** sequences are short: what two runs, a person and time do to each other shows itself in a handful of steps. */
export const sequences: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: deploy },
    { weight: 4, arbitrary: time },
    { weight: 3, arbitrary: world },
    { weight: 2, arbitrary: run },
  ),
  { minLength: 1, maxLength: 7 },
);

import type { Redactor } from '@slipway/core';
import type { Suite } from '@slipway/http-checks';
import type { ContainerEngine, ContainerSpec } from './engine.js';
import type { PlatformImage } from './image-source.js';
import type { TestContext } from './inputs.js';
import type { TestPlan } from './plan.js';
import type { ReadinessOptions } from './readiness.js';
import type { RunSetting } from './setting.js';
import type { Tally } from './tally.js';

/** Test is what the parts of one test share. */
export interface Test {
  readonly context: TestContext;
  readonly engine: ContainerEngine;
  readonly plan: TestPlan;
  readonly suite: Suite;
  readonly setting: RunSetting;
  readonly redactor: Redactor;
  readonly tally: Tally;
  /** Of an index. */
  readonly platforms: readonly PlatformImage[];
  /** The one of them to run, where the engine's own is not among them. */
  readonly platform?: string;
}

/** variantLabel is on every container but the one under test and its services: these go as soon as they are judged. */
export function variantLabel({ label }: Pick<TestPlan, 'label'>): string {
  return label.replace('slipway.run=', 'slipway.variant=');
}

/** suiteOptions returns what the suite is run with, against whatever base URL. */
export function suiteOptions({ context, suite }: Pick<Test, 'context' | 'suite'>) {
  const { clock, signal, inputs, environment } = context;
  const { tags, variables, 'check-concurrency': concurrency } = inputs;
  return { suite, clock, signal, environment, tags, variables, concurrency };
}

/** readinessOf returns when a container of the image counts as ready. */
export function readinessOf({
  context,
  suite,
  setting,
}: Pick<Test, 'context' | 'suite' | 'setting'>): ReadinessOptions {
  const { clock, signal, inputs } = context;
  // A grace that somebody asks for can be used up.
  const timeoutSeconds = Math.max(suite.ready.timeoutSeconds, inputs['grace-seconds'] ?? 0);
  return { by: setting.readyBy, ready: { ...suite.ready, timeoutSeconds }, ports: setting.awaitedPorts, clock, signal };
}

/** specOf returns what the container under test is made of. */
export function specOf({ plan, setting, platform }: Pick<Test, 'plan' | 'setting' | 'platform'>): ContainerSpec {
  const { port, furtherPorts, environment, constraints } = setting;
  return {
    ...{ name: plan.name, network: plan.name, label: plan.label, image: plan.reference },
    ...{ port, furtherPorts, environment, constraints },
    ...(platform === undefined ? {} : { platform }),
  };
}

import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import type { LocalAws } from '../../src/index.js';

/** A line of a service deployment's history. */
export interface Step {
  readonly status: string;
  readonly stage?: string;
}

/** What exists, read from inside: no fault is between this and the truth. */
export interface Truth {
  readonly services: readonly (Service & {
    serviceDeployments: (ServiceDeployment & { history: readonly Step[] })[];
  })[];
  readonly tasks: readonly Task[];
  /** By rule. */
  readonly weights: ReadonlyMap<string, readonly { readonly targetGroupArn: string; readonly weight: number }[]>;
  readonly targetGroups: readonly TargetGroup[];
}

export interface TargetGroup {
  readonly arn: string;
  readonly attached: boolean;
  readonly targets: readonly { readonly id: string; readonly port: number; readonly state: string }[];
}

interface State {
  readonly services: {
    readonly ecs: { readonly clusters: readonly Pick<Truth, 'services' | 'tasks'>[] };
    readonly elasticloadbalancing: {
      readonly targetGroups: readonly TargetGroup[];
      readonly loadBalancers: readonly { readonly listeners: readonly { readonly rules: readonly Rule[] }[] }[];
    };
  };
}

interface Rule {
  readonly arn: string;
  readonly action: { readonly targetGroups?: readonly { readonly targetGroupArn: string; readonly weight: number }[] };
}

/** readTruth reads the whole state at one moment. */
export function readTruth(localAws: LocalAws): Truth {
  const { ecs, elasticloadbalancing } = (localAws.state() as State).services;
  const rules = elasticloadbalancing.loadBalancers.flatMap(({ listeners }) => listeners.flatMap((one) => one.rules));
  return {
    services: ecs.clusters.flatMap(({ services }) => services),
    tasks: ecs.clusters.flatMap(({ tasks }) => tasks),
    weights: new Map(rules.map(({ arn, action }) => [arn, action.targetGroups ?? []])),
    targetGroups: elasticloadbalancing.targetGroups,
  };
}

/** addressOf returns the address of a task, as long as it has one. */
export function addressOf(task: Task): string | undefined {
  return task.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value;
}

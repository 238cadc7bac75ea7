import {
  ContinueServiceDeploymentCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type DeploymentLifecycleHook,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FaultScene } from './scene.js';

/** Draws from a sequence that a seed decides. */
export interface Draw {
  /** From 0 to below 1. */
  number(): number;
  one<Item>(items: readonly Item[]): Item;
}

/**
 * NaiveClient does what comes to its mind, knows what it was last told, and takes an error for a reason to try again or
 * to do something else.
 */
export class NaiveClient {
  readonly #scene: FaultScene;
  readonly #draw: Draw;
  readonly #afterCall: (what: string) => void;
  #deployment: string | undefined;
  #hook: string | undefined;
  #task: string | undefined;

  constructor(scene: FaultScene, draw: Draw, afterCall: (what: string) => void) {
    this.#scene = scene;
    this.#draw = draw;
    this.#afterCall = afterCall;
  }

  async act(): Promise<void> {
    await this.#draw.one([
      () => this.create(),
      () => this.deploy(),
      () => this.deploy(),
      () => this.look(),
      () => this.look(),
      () => this.continue(),
      () => this.continue(),
      () => this.stop(),
      () => this.scale(),
      () => this.stopTask(),
      () => this.delete(this.#draw.number() < 0.7),
    ])();
  }

  async create(): Promise<void> {
    const { targetGroups, productionRule, testRule, taskDefinitions } = this.#scene;
    const created = await this.#call('CreateService', () =>
      this.#scene.ecs.send(
        new CreateServiceCommand({
          cluster: 'staging',
          serviceName: 'web',
          taskDefinition: this.#draw.one(taskDefinitions.slice(0, 3)),
          desiredCount: this.#draw.one([1, 2, 3]),
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
          deploymentConfiguration: this.#configuration(),
          loadBalancers: [
            {
              targetGroupArn: targetGroups[0],
              containerName: 'app',
              containerPort: 8080,
              advancedConfiguration: {
                alternateTargetGroupArn: targetGroups[1],
                productionListenerRule: productionRule,
                testListenerRule: testRule,
                roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
              },
            },
          ],
        }),
      ),
    );
    this.#deployment = created?.service?.currentServiceDeployment ?? this.#deployment;
  }

  async deploy(): Promise<void> {
    const updated = await this.#update({
      taskDefinition: this.#draw.one(this.#scene.taskDefinitions),
      forceNewDeployment: this.#draw.number() < 0.5,
      ...(this.#draw.number() < 0.7 ? { deploymentConfiguration: this.#configuration() } : {}),
    });
    this.#deployment = updated?.service?.currentServiceDeployment ?? this.#deployment;
  }

  async scale(): Promise<void> {
    await this.#update({ desiredCount: this.#draw.one([0, 1, 2, 4]) });
  }

  async look(): Promise<void> {
    const { ecs, elbv2, productionRule, targetGroups } = this.#scene;
    const where = { cluster: 'staging', service: 'web' };
    await this.#call('DescribeServices', () =>
      ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] })),
    );
    const listed = await this.#call('ListServiceDeployments', () => ecs.send(new ListServiceDeploymentsCommand(where)));
    this.#deployment = listed?.serviceDeployments?.[0]?.serviceDeploymentArn ?? this.#deployment;
    const { taskArns: tasks = [] } =
      (await this.#call('ListTasks', () => ecs.send(new ListTasksCommand({ cluster: 'staging' })))) ?? {};
    if (tasks.length > 0) {
      await this.#call('DescribeTasks', () => ecs.send(new DescribeTasksCommand({ cluster: 'staging', tasks })));
    }
    this.#task = tasks[0] ?? this.#task;
    await this.#call('DescribeRules', () => elbv2.send(new DescribeRulesCommand({ RuleArns: [productionRule] })));
    await this.#call('DescribeTargetHealth', () =>
      elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroups[0] })),
    );
  }

  /** As naively as this: it answers the hook that it was told of, whatever became of it. */
  async continue(): Promise<void> {
    const serviceDeploymentArn = this.#deployment ?? 'arn:none';
    const described = await this.#call('DescribeServiceDeployments', () =>
      this.#scene.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] })),
    );
    const hooks = described?.serviceDeployments?.[0]?.lifecycleHookDetails ?? [];
    this.#hook = hooks.find(({ status }) => status === 'AWAITING_ACTION')?.hookId ?? this.#hook;
    if (this.#hook === undefined) return;
    const action = this.#draw.number() < 0.75 ? 'CONTINUE' : 'ROLLBACK';
    const answer = { serviceDeploymentArn, hookId: this.#hook, action } as const;
    await this.#call('ContinueServiceDeployment', () =>
      this.#scene.ecs.send(new ContinueServiceDeploymentCommand(answer)),
    );
  }

  async stop(): Promise<void> {
    const asked = { serviceDeploymentArn: this.#deployment ?? 'arn:none', stopType: 'ROLLBACK' } as const;
    await this.#call('StopServiceDeployment', () => this.#scene.ecs.send(new StopServiceDeploymentCommand(asked)));
  }

  async stopTask(): Promise<void> {
    const task = this.#task;
    if (task === undefined) return;
    await this.#call('StopTask', () => this.#scene.ecs.send(new StopTaskCommand({ cluster: 'staging', task })));
  }

  async delete(force: boolean): Promise<void> {
    await this.#call('DeleteService', () =>
      this.#scene.ecs.send(new DeleteServiceCommand({ cluster: 'staging', service: 'web', force })),
    );
  }

  #update(change: object) {
    return this.#call('UpdateService', () =>
      this.#scene.ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: 'web', ...change })),
    );
  }

  #configuration(): DeploymentConfiguration {
    const draw = this.#draw;
    const strategy = draw.one(['ROLLING', 'BLUE_GREEN', 'BLUE_GREEN', 'CANARY', 'LINEAR'] as const);
    const rollback = draw.number() < 0.8;
    const breaker = { deploymentCircuitBreaker: { enable: draw.number() < 0.8, rollback } };
    if (strategy === 'ROLLING') return { strategy, ...breaker };
    const stages = [
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
    ] as const;
    const hook: DeploymentLifecycleHook = {
      targetType: 'PAUSE',
      lifecycleStages: [draw.one(stages)],
      timeoutConfiguration: {
        timeoutInMinutes: draw.one([1, 5, 10]),
        action: draw.one(['ROLLBACK', 'CONTINUE'] as const),
      },
    };
    return {
      strategy,
      bakeTimeInMinutes: draw.one([0, 1, 5]),
      ...breaker,
      lifecycleHooks: draw.number() < 0.6 ? [hook] : [],
      ...(strategy === 'CANARY'
        ? { canaryConfiguration: { canaryPercent: draw.one([5, 12.5, 50]), canaryBakeTimeInMinutes: 2 } }
        : {}),
      ...(strategy === 'LINEAR'
        ? { linearConfiguration: { stepPercent: draw.one([10, 33.3, 50]), stepBakeTimeInMinutes: 1 } }
        : {}),
    };
  }

  async #call<Output>(what: string, send: () => Promise<Output>): Promise<Output | undefined> {
    try {
      const output = await send();
      this.#afterCall(what);
      return output;
    } catch {
      this.#afterCall(what);
      if (this.#draw.number() < 0.5) return undefined;
    }
    // Once more, without having looked whether it took effect.
    const output = await send().catch(() => undefined);
    this.#afterCall(`${what} again`);
    return output;
  }
}

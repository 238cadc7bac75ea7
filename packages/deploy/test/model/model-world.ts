import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { SimulatedBehaviour } from '@slipway/local-aws';
import { canonical } from '@slipway/delivery';
import { openLab, type Lab } from '@slipway/rehearsal';
import { SETTINGS, type Command } from './commands.js';

export const ALARM = 'errors';
/** Old targets leave at once: five minutes of waiting at the end of each deployment would be most of the test's time. */
const DEREGISTRATION_SECONDS = '10';

const BEHAVIOURS: Readonly<Record<string, SimulatedBehaviour>> = {
  good: {},
  'never-healthy': { healthyAfterSeconds: Number.POSITIVE_INFINITY },
  crashes: { healthyAfterSeconds: Number.POSITIVE_INFINITY, exitAfterSeconds: 5, exitCode: 3 },
  'crashes-later': { exitAfterSeconds: 100, exitCode: 9 },
};

const OWN = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } as const;

type Settings = Readonly<Record<string, unknown>>;

/** A share of the production traffic, and what answers it. */
export interface Share {
  readonly weight: number;
  /** Of the tasks behind it, each once. */
  readonly taskDefinitions: readonly string[];
  /** Healthy and not healthy targets; those that drain are not counted. */
  readonly healthy: number;
  readonly unhealthy: number;
}

/** ModelWorld is the lab, and what a person would expect of the service's settings after all that was done to them. */
export class ModelWorld {
  readonly lab: Lab;
  /** What UpdateService was told by persons alone. */
  expected: Settings;
  /** When a person last changed the listener's weights; milliseconds since the epoch. */
  weightsSetAt = Number.NEGATIVE_INFINITY;
  readonly #simulate: Record<string, SimulatedBehaviour>;
  readonly #sick: Set<string>;
  /** What was registered, in order; the first is what the service began with. */
  readonly #names = ['first'];

  constructor(lab: Lab, settings: Settings, images: Pick<Images, 'simulate' | 'sick'>) {
    this.lab = lab;
    this.expected = settings;
    this.#simulate = images.simulate;
    this.#sick = images.sick;
  }

  /** The `family:revision` that was registered last. */
  get newest(): string {
    return `hello-service:${this.#names.length}`;
  }

  /** revision registers a revision that behaves so, and returns `family:revision`. */
  async revision(behaviour: string): Promise<string> {
    if (behaviour === 'again') return this.newest;
    const name = `${behaviour}-${this.#names.length}`;
    this.#names.push(name);
    this.#simulate[name] = image(name, BEHAVIOURS[behaviour] ?? {}, this.#sick);
    return this.lab.register(name);
  }

  /** Whether a task definition's tasks end by themselves after they were well for a while. */
  crashesLater(arn: string): boolean {
    return this.#names[Number(arn.split(':').at(-1)) - 1]?.startsWith('crashes-later') ?? false;
  }

  sicken(of: 'new' | 'old'): void {
    const names = of === 'new' ? this.#names.slice(-1) : this.#names.slice(0, -1);
    names.forEach((name) => this.#sick.add(name));
  }

  recover(): void {
    this.#sick.clear();
  }

  /** A person's change of the settings, in the console: what they saw there already they did not change. */
  async changeSettings(what: keyof typeof SETTINGS): Promise<void> {
    const given: Settings = SETTINGS[what];
    const seen = (await this.lab.service()).deploymentConfiguration as Settings;
    await this.lab.update({ deploymentConfiguration: given });
    this.expected = afterChange(this.expected, given, seen);
  }

  async setWeights(blue: number): Promise<void> {
    const { routes } = this.lab;
    const [rule] = [routes.production.rule];
    const listener = rule.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
    const TargetGroups = [
      { TargetGroupArn: routes.blue, Weight: String(blue) },
      { TargetGroupArn: routes.green, Weight: String(100 - blue) },
    ];
    const DefaultActions = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
    await this.lab.call('elasticloadbalancing', 'ModifyListener', { ListenerArn: listener, DefaultActions });
    this.weightsSetAt = this.lab.clock.now();
  }

  async setAlarm(isOn: boolean): Promise<void> {
    const input = { AlarmName: ALARM, StateValue: isOn ? 'ALARM' : 'OK', StateReason: 'The model says so.' };
    await this.lab.call('monitoring', 'SetAlarmState', input);
  }

  async stopTask(of: 'new' | 'old'): Promise<void> {
    const tasks = await this.lab.tasks();
    const isNew = (arn = ''): boolean => arn.endsWith(`/${this.newest}`);
    const task = tasks.find(({ taskDefinitionArn }) => isNew(taskDefinitionArn) === (of === 'new'));
    if (task) await this.lab.call('ecs', 'StopTask', { cluster: 'staging', task: task.taskArn });
  }

  async stopNewest(): Promise<void> {
    const [newest] = await this.lab.deployments();
    // ECS refuses for what has ended; the person is told, and nothing happens.
    const stop = this.lab.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: newest?.arn });
    await stop.catch(() => undefined);
  }

  /** Who gets production traffic now, read from the load balancer. */
  async shares(): Promise<readonly Share[]> {
    const tasks = await this.lab.tasks();
    const byAddress = new Map(
      tasks.map(({ containers, taskDefinitionArn = '' }) => [
        containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '',
        taskDefinitionArn,
      ]),
    );
    const live = await this.lab.live();
    return Promise.all(
      live.map(async ({ weight, targetGroupArn }) => {
        const targets = await this.targets(targetGroupArn);
        const serving = targets.filter(({ state }) => state !== 'draining');
        const healthy = serving.filter(({ state }) => state === 'healthy').length;
        const taskDefinitions = [...new Set(serving.map(({ address }) => byAddress.get(address) ?? 'none'))];
        return { weight, taskDefinitions, healthy, unhealthy: serving.length - healthy };
      }),
    );
  }

  async targets(targetGroupArn: string): Promise<readonly { readonly address: string; readonly state: string }[]> {
    const { TargetHealthDescriptions } = await this.lab.call<{
      TargetHealthDescriptions: { Target: { Id: string }; TargetHealth: { State: string } }[];
    }>('elasticloadbalancing', 'DescribeTargetHealth', { TargetGroupArn: targetGroupArn });
    return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
      address: Target.Id,
      state: TargetHealth.State,
    }));
  }
}

/** A strategy and its steps are one decision. */
const STRATEGY = ['strategy', 'canaryConfiguration', 'linearConfiguration'];

function afterChange(expected: Settings, given: Settings, seen: Settings): Settings {
  const differs = (name: string): boolean => canonical(given[name]) !== canonical(seen[name]);
  const isOther = 'strategy' in given && STRATEGY.some(differs);
  const kept = Object.entries(expected).filter(([name]) => !(isOther && STRATEGY.includes(name)));
  const changed = Object.entries(given).filter(([name]) => (STRATEGY.includes(name) ? isOther : differs(name)));
  return Object.fromEntries([...kept, ...changed]);
}

interface Images {
  readonly simulate: Record<string, SimulatedBehaviour>;
  readonly sick: Set<string>;
}

function image(name: string, behaviour: SimulatedBehaviour, sick: ReadonlySet<string>): SimulatedBehaviour {
  return {
    ...behaviour,
    get status() {
      return sick.has(name) ? 503 : 200;
    },
  };
}

/** openModelWorld brings up the service that all sequences begin with. */
export async function openModelWorld(): Promise<ModelWorld> {
  const sick = new Set<string>();
  const simulate: Record<string, SimulatedBehaviour> = { first: image('first', {}, sick) };
  const lab = await openLab({ deploymentConfiguration: OWN, simulate });
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: DEREGISTRATION_SECONDS }];
  for (const TargetGroupArn of [lab.routes.blue, lab.routes.green]) {
    await lab.call('elasticloadbalancing', 'ModifyTargetGroupAttributes', { TargetGroupArn, Attributes });
  }
  await lab.call('monitoring', 'PutMetricAlarm', {
    AlarmName: ALARM,
    Namespace: 'shop',
    MetricName: 'errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'ignore',
  });
  const settings = (await lab.service()).deploymentConfiguration as DeploymentConfiguration & Settings;
  return new ModelWorld(lab, settings, { simulate, sick });
}

export type WorldCommand = Exclude<
  Command,
  { readonly kind: 'deploy' | 'reconcile' | 'rollback' | 'cancel' | 'kill' | 'wait' | 'until' }
>;

/** changeWorld does what a person, a task or an alarm does. */
export async function changeWorld(world: ModelWorld, command: WorldCommand): Promise<void> {
  switch (command.kind) {
    case 'settings':
      return world.changeSettings(command.what);
    case 'console-deploy':
      return void (await world.lab.update({ taskDefinition: await world.revision(command.revision) }));
    case 'console-stop':
      return world.stopNewest();
    case 'weights':
      return world.setWeights(command.blue);
    case 'scale':
      return void (await world.lab.update({ desiredCount: command.to }));
    case 'stop-task':
      return world.stopTask(command.of);
    case 'sicken':
      return world.sicken(command.of);
    case 'recover':
      return world.recover();
    case 'alarm':
      return world.setAlarm(command.isOn);
  }
}

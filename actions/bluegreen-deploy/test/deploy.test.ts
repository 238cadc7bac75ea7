import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE, digestOf, openScene, type Scene } from '@slipway/rehearsal';
import type { ActionEnd, ActionStart } from '@slipway/testkit';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 60_000);
afterAll(() => scene.close());

const deploy = (inputs: Readonly<Record<string, string>>, start?: Partial<ActionStart>): Promise<ActionEnd> =>
  scene.run(
    'bluegreen-deploy',
    { cluster: 'staging', service: SERVICE, 'poll-interval-seconds': '10', ...inputs },
    start,
  );

/** The one error annotation of a red step. */
function errorOf(end: ActionEnd): string {
  expect(end.errors).toHaveLength(1);
  return end.errors[0] ?? '';
}

async function productionWeights(): Promise<readonly (number | undefined)[]> {
  const { Rules } = await scene.aws.elb.send(
    new DescribeRulesCommand({ RuleArns: [scene.environment.productionRule] }),
  );
  return (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(({ Weight }) => Weight);
}

async function liveDigest(): Promise<string> {
  const answer = (await (await fetch(scene.environment.url)).json()) as { image: string };
  return answer.image.split('@')[1] ?? '';
}

async function deployments(): Promise<readonly string[]> {
  const { serviceDeployments = [] } = await scene.aws.ecs.send(
    new ListServiceDeploymentsCommand({ cluster: 'staging', service: SERVICE }),
  );
  return serviceDeployments.map(({ serviceDeploymentArn = '' }) => serviceDeploymentArn);
}

const updates = (): number => scene.localAws.calls().filter(({ operation }) => operation === 'UpdateService').length;

describe('a good revision', () => {
  let revision: string;
  let end: ActionEnd;
  beforeAll(async () => {
    revision = await scene.register('second');
    end = await deploy({ 'task-definition': revision });
  }, 60_000);

  it('ends green, with the outputs that the next step needs', async () => {
    expect({ errors: end.errors, exitCode: end.exitCode }).toEqual({ errors: [], exitCode: 0 });
    expect(end.outputs).toMatchObject({
      outcome: 'succeeded',
      'deployment-arn': (await deployments())[0],
      'task-definition': expect.stringMatching(new RegExp(`/${revision}$`)),
      'previous-task-definition': expect.stringMatching(/\/hello-service:1$/),
      'running-digests': digestOf('second'),
      'rolled-back-because': '',
    });
  });

  it('is what users get, and nothing else', async () => {
    expect([...(await productionWeights())].sort()).toEqual([0, 100]);
    expect(await liveDigest()).toBe(digestOf('second'));
  });

  it('tells the stages in order, in log, report and summary', () => {
    const { timeline } = end.report as { timeline: { atMs: number; event: string }[] };
    const told = timeline.map(({ event }) => event).join('\n');
    expect(told).toMatch(/production traffic 100 %[^]*SUCCESSFUL/);
    expect(end.stdout).toMatch(/\d+ s {2}.*production traffic 100 %/);
    expect(end.summary).toMatch(/✅ hello-service: succeeded/);
  });

  it('took one call to start it, and one to put the settings of the service back', async () => {
    expect(updates()).toBe(2);
    expect(await deployments()).toHaveLength(2);
  });

  it('is left unchanged by a second run', async () => {
    const again = await deploy({ 'task-definition': revision });
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', 'running-digests': digestOf('second') });
    expect(again.exitCode).toBe(0);
    expect(updates()).toBe(2);
  }, 30_000);
});

describe('a dry run', () => {
  it('prints the plan and changes nothing', async () => {
    const before = updates();
    const revision = await scene.register('planned');
    const end = await deploy({ 'task-definition': revision, 'dry-run': 'true' });
    expect({ exitCode: end.exitCode, outcome: end.outputs['outcome'] }).toEqual({ exitCode: 0, outcome: 'planned' });
    expect(end.stdout).toMatch(/BLUE_GREEN deployment of 'hello-service': hello-service:2 → hello-service:3/);
    expect(end.stdout).toMatch(/ECS pauses at PRE_PRODUCTION_TRAFFIC_SHIFT and goes back by itself/);
    expect(end.stdout).toMatch(/Not guaranteed: No alarm watches the bake time/);
    expect(updates()).toBe(before);
  }, 30_000);
});

describe('what cannot be deployed', () => {
  it.each([
    ['an unknown cluster', { cluster: 'nowhere' }, 'DEPLOY_CLUSTER_NOT_FOUND'],
    ['an unknown service', { service: 'nobody' }, 'DEPLOY_SERVICE_NOT_FOUND'],
    ['an unknown revision', { 'task-definition': 'hello-service:999' }, 'DEPLOY_TASK_DEFINITION_NOT_FOUND'],
    ['an input that does not exist', { 'timout-minutes': '3' }, 'INPUT_INVALID'],
    ['a foreign account', { 'allowed-account-ids': '999999999999' }, 'AWS_ACCOUNT_NOT_ALLOWED'],
    ['a malformed revision', { 'task-definition': 'hello-service' }, 'INPUT_INVALID'],
  ])(
    'is refused: %s',
    async (_title, inputs, code) => {
      const before = updates();
      const end = await deploy({ 'task-definition': 'hello-service:1', ...inputs });
      expect(errorOf(end)).toMatch(new RegExp(`^${code}: `));
      expect({ exitCode: end.exitCode, outcome: end.outputs['outcome'] }).toEqual({ exitCode: 1, outcome: 'failed' });
      expect(updates()).toBe(before);
    },
    30_000,
  );
});

describe("a revision without the load balancer's container", () => {
  it('is refused before the call, and its containers are named', async () => {
    const containerDefinitions = [{ name: 'other', image: `registry.example/x@${digestOf('x')}`, essential: true }];
    const { taskDefinition } = await scene.aws.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'other',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions,
      }),
    );
    const before = updates();
    const end = await deploy({ 'task-definition': `other:${taskDefinition?.revision ?? 0}` });
    expect(errorOf(end)).toMatch(/^DEPLOY_CONTAINER_NOT_FOUND: .*'hello'.*has: other/);
    expect(end.exitCode).toBe(1);
    expect(updates()).toBe(before);
  }, 30_000);
});

describe('a revision that never gets healthy', () => {
  it('is taken back by ECS; the step is red and says why, and users notice nothing', async () => {
    const revision = await scene.register('never-healthy');
    const end = await deploy({ 'task-definition': revision });
    expect(errorOf(end)).toMatch(/^DEPLOY_ROLLED_BACK: /);
    expect(end.outputs['outcome']).toBe('rolled-back');
    expect(end.outputs['rolled-back-because']).not.toBe('');
    expect(end.summary).toMatch(/❌ hello-service: rolled-back/);
    expect(end.report).toMatchObject({ evidence: { events: expect.arrayContaining([expect.any(String)]) } });
    expect(await liveDigest()).toBe(digestOf('second'));
    expect([...(await productionWeights())].sort()).toEqual([0, 100]);
  }, 60_000);
});

describe('a revision that crashes', () => {
  it('is taken back, and its exit code is shown', async () => {
    const revision = await scene.register('crashes');
    const end = await deploy({ 'task-definition': revision });
    expect(errorOf(end)).toMatch(/^DEPLOY_ROLLED_BACK: .*A task stopped: .*exit code 3/);
    expect(await liveDigest()).toBe(digestOf('second'));
  }, 60_000);
});

describe('a run that is cancelled', () => {
  const stops = (): number =>
    scene.localAws.calls().filter(({ operation }) => operation === 'StopServiceDeployment').length;

  /** Sends a signal to the action once it has started its deployment. */
  const cancelled = (revision: string, signal: NodeJS.Signals): Promise<ActionEnd> => {
    let pid = 0;
    return deploy(
      { 'task-definition': revision },
      {
        onStart: (started) => (pid = started),
        onLine: (line) => /Started arn/.test(line) && process.kill(pid, signal),
      },
    );
  };

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'takes the deployment back with one call on %s, and sees it end',
    async (signal) => {
      const before = stops();
      const end = await cancelled(await scene.register(`cancelled-${signal.toLowerCase()}`), signal);
      expect(errorOf(end)).toMatch(/^DEPLOY_ROLLED_BACK: .*The run was cancelled/);
      expect(end.outputs['outcome']).toBe('rolled-back');
      expect(stops()).toBe(before + 1);
      expect(await liveDigest()).toBe(digestOf('second'));
    },
    60_000,
  );

  it('is taken back by post when it was killed', async () => {
    const before = stops();
    const revision = await scene.register('killed');
    const main = await cancelled(revision, 'SIGKILL');
    expect(main.outputs['outcome']).toBeUndefined();
    const post = await deploy({ 'task-definition': revision }, { phase: 'post', state: main.state });
    expect({ exitCode: post.exitCode, errors: post.errors }).toEqual({ exitCode: 0, errors: [] });
    expect(post.stdout).toMatch(/The deployment ended as ROLLBACK_SUCCESSFUL/);
    expect(stops()).toBe(before + 1);
    expect(await liveDigest()).toBe(digestOf('second'));
  }, 60_000);
});

describe('a deployment that somebody else touches', () => {
  /** Acts once our deployment has been started. */
  const meanwhile = (act: (arn: string) => Promise<unknown>) => {
    const acts: Promise<unknown>[] = [];
    return {
      acts,
      onLine: (line: string) => {
        const arn = /^Started (arn:\S+)\.$/.exec(line)?.[1];
        if (arn) acts.push(act(arn));
      },
    };
  };

  it('is rolled back when a person stops it in the console, and says so', async () => {
    const revision = await scene.register('stopped-by-hand');
    const hand = meanwhile((serviceDeploymentArn) =>
      scene.aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' })),
    );
    const end = await deploy({ 'task-definition': revision }, { onLine: hand.onLine });
    await Promise.all(hand.acts);
    expect(end.outputs['outcome']).toBe('rolled-back');
    expect(end.exitCode).toBe(1);
  }, 60_000);

  it('is superseded by a later one, and names it', async () => {
    const revision = await scene.register('replaced');
    const later = await scene.register('later');
    const hand = meanwhile(() =>
      scene.aws.ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: SERVICE, taskDefinition: later })),
    );
    const end = await deploy({ 'task-definition': revision }, { onLine: hand.onLine });
    await Promise.all(hand.acts);
    expect(errorOf(end)).toMatch(/^DEPLOY_SUPERSEDED: /);
    expect(errorOf(end)).toContain(later);
    expect(end.outputs['outcome']).toBe('superseded');
  }, 60_000);

  it('keeps a second run from starting', async () => {
    const [first, second] = [await scene.register('busy'), await scene.register('impatient')];
    await scene.aws.ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: SERVICE, taskDefinition: first }));
    const before = updates();
    const end = await deploy({ 'task-definition': second });
    expect(errorOf(end)).toMatch(/^DEPLOY_IN_PROGRESS: /);
    expect(updates()).toBe(before);
  }, 30_000);
});

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DescribeTaskDefinitionCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTAINER, SERVICE, createRepository, digestOf, openScene, type Scene } from '@slipway/rehearsal';
import type { ActionEnd } from '@slipway/testkit';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  await createRepository(scene.aws);
  await write('task-definition.json', {
    family: 'web',
    revision: 7,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [
      { name: 'hello', image: 'placeholder', environment: [{ name: 'LEVEL', value: 'info' }] },
      { name: 'sidecar', image: 'registry.example/sidecar:1' },
    ],
  });
}, 60_000);
afterAll(() => scene.close());

const write = (file: string, value: object): Promise<void> =>
  writeFile(path.join(scene.folder, file), JSON.stringify(value));

const register = (inputs: Readonly<Record<string, string>>): Promise<ActionEnd> =>
  scene.run('register-task-def', { 'task-definition': 'task-definition.json', container: CONTAINER, ...inputs });

const running = { 'source-cluster': 'staging', 'source-service': SERVICE };
const registrations = (): number =>
  scene.localAws.calls().filter(({ operation }) => operation === 'RegisterTaskDefinition').length;

describe('what another service runs', () => {
  it('is registered by the digest that its engines pulled', async () => {
    const end = await register({ ...running, environment: 'STATE_TABLE=a=b' });
    expect({ errors: end.errors, exitCode: end.exitCode }).toEqual({ errors: [], exitCode: 0 });
    expect(end.outputs).toMatchObject({
      outcome: 'succeeded',
      'task-definition': 'web:1',
      family: 'web',
      revision: '1',
      digest: digestOf('first'),
    });
    const { taskDefinition } = await scene.aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(taskDefinition?.containerDefinitions).toMatchObject([
      {
        name: 'hello',
        image: `registry.example/first@${digestOf('first')}`,
        environment: [
          { name: 'LEVEL', value: 'info' },
          { name: 'STATE_TABLE', value: 'a=b' },
        ],
      },
      { name: 'sidecar', image: 'registry.example/sidecar:1' },
    ]);
    expect(end.stdout).toMatch(/Left out what only ECS writes: revision\./);
    expect(end.summary).toMatch(/Task definition web:1/);
  }, 30_000);

  it('shows no value of an environment variable', async () => {
    const end = await register({ ...running, environment: 'TOKEN=canary-value-7261' });
    expect(end.exitCode).toBe(0);
    expect(end.stdout + end.stderr + end.summary + JSON.stringify([end.outputs, end.state, end.report])).not.toContain(
      'canary-value-7261',
    );
  }, 30_000);

  it('shows no value of a malformed map either', async () => {
    const end = await register({ ...running, environment: 'TOKEN=canary-value-7261\ncanary-value-7262' });
    expect(end.errors[0]).toMatch(/^INPUT_INVALID: .*line 2 is none/s);
    expect(end.stdout + end.stderr + end.summary + JSON.stringify([end.outputs, end.state, end.report])).not.toMatch(
      /canary-value/,
    );
    expect(end.summary).toMatch(/❌ register-task-def: failed/);
  }, 30_000);

  it('is not registered a second time, with three calls at most', async () => {
    const first = await register({ ...running, family: 'twice' });
    const before = scene.localAws.calls().length;
    const second = await register({ ...running, family: 'twice' });
    const calls = scene.localAws.calls().slice(before);
    expect(second.outputs).toEqual({
      ...first.outputs,
      outcome: 'unchanged',
      registered: 'false',
      'changed-containers': '',
      report: second.outputs['report'],
      'rendered-path': second.outputs['rendered-path'],
    });
    expect(second.summary).toMatch(/Task definition twice:1, unchanged/);
    expect(calls.map(({ operation }) => operation).filter((name) => name !== 'AssumeRole')).toEqual([
      'ListTasks',
      'DescribeTasks',
      'DescribeTaskDefinition',
    ]);
  }, 30_000);

  it('takes the place of older revisions, but of none that a rule starts', async () => {
    const old = { ...running, family: 'kept' };
    const arns: string[] = [];
    for (const level of ['one', 'two', 'three']) {
      const end = await register({ ...old, environment: `LEVEL=${level}` });
      arns.push(end.outputs['task-definition-arn'] ?? '');
    }
    const { region, credentials } = scene.aws.ecs.config;
    const events = new EventBridgeClient({ endpoint: scene.localAws.endpoint, region, credentials });
    await events.send(new PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' }));
    const EcsParameters = { TaskDefinitionArn: arns[0] };
    await events.send(
      new PutTargetsCommand({ Rule: 'nightly', Targets: [{ Id: 'job', Arn: 'arn:c', EcsParameters }] }),
    );
    const end = await register({ ...old, environment: 'LEVEL=four', 'keep-revisions': '1' });
    expect(end.stdout).toContain('Deregistering 2 of 4 active revisions; 1 older ones are in use.');
    const { taskDefinitionArns } = await scene.aws.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'kept' }));
    expect(taskDefinitionArns).toEqual([arns[0], end.outputs['task-definition-arn']]);
  }, 60_000);

  it('is only shown on a dry run', async () => {
    const before = registrations();
    const end = await register({ ...running, 'dry-run': 'true' });
    expect(end.outputs).toMatchObject({ outcome: 'planned', digest: digestOf('first') });
    expect(registrations()).toBe(before);
  }, 30_000);
});

describe('bad input', () => {
  beforeAll(async () => {
    await writeFile(path.join(scene.folder, 'not-json.json'), '{family');
  });

  it.each([
    ['no file', { ...running, 'task-definition': 'missing.json' }, 'REGISTER_FILE_NOT_FOUND'],
    [
      'a file that is neither JSON nor YAML',
      { ...running, 'task-definition': 'not-json.json' },
      'REGISTER_FILE_INVALID',
    ],
    ['half an image', { digest: digestOf('x') }, 'REGISTER_IMAGE_SOURCE'],
    ['an image that was not pushed', { repository: SERVICE, digest: digestOf('x') }, 'REGISTER_IMAGE_NOT_FOUND'],
    [
      'a repository that is not there',
      { repository: 'nobody', digest: digestOf('x') },
      'REGISTER_REPOSITORY_NOT_FOUND',
    ],
    [
      'a service that does not run',
      { 'source-cluster': 'staging', 'source-service': 'nobody' },
      'REGISTER_SOURCE_NOT_FOUND',
    ],
    [
      'a cluster that is not there',
      { 'source-cluster': 'nowhere', 'source-service': SERVICE },
      'REGISTER_SOURCE_NOT_FOUND',
    ],
    ['a foreign account', { ...running, 'allowed-account-ids': '999999999999' }, 'AWS_ACCOUNT_NOT_ALLOWED'],
    ['a moving tag', { repository: `${SERVICE}:latest`, digest: digestOf('x') }, 'INPUT_INVALID'],
  ])(
    '%s ends in %j',
    async (_title, inputs, code) => {
      const before = registrations();
      const end = await register(inputs);
      expect(end.errors).toHaveLength(1);
      expect(end.errors[0]).toMatch(new RegExp(`^${code}: `));
      expect({ exitCode: end.exitCode, outcome: end.outputs['outcome'] }).toEqual({ exitCode: 1, outcome: 'failed' });
      expect(registrations()).toBe(before);
    },
    30_000,
  );

  it('names the containers that a task definition has', async () => {
    await write('other.json', { family: 'web', containerDefinitions: [{ name: 'api', image: 'x', memory: 64 }] });
    const end = await register({ ...running, 'task-definition': 'other.json' });
    expect(end.errors[0]).toMatch(/^REGISTER_CONTAINER_NOT_FOUND: .*\n.*one of: api/);
  }, 30_000);
});

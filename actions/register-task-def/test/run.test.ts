import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { account, arnOf, DIGEST, fileOf, WEB } from './stand-in.js';

const PUSHED = { repository: 'shop/web', digest: DIGEST };
const IMAGE = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web@${DIGEST}`;
const [CONTAINER] = WEB.containerDefinitions;
const two = { ...WEB, containerDefinitions: [CONTAINER, { name: 'proxy', image: `registry.example/proxy@${DIGEST}` }] };

describe('registering', () => {
  it('registers what is new, and nothing a second time, with three calls', async () => {
    const aws = account();
    const first = await aws.run({ ...PUSHED, environment: 'TOKEN=canary-7261' }, fileOf());
    expect(first.outputs).toMatchObject({
      'task-definition': 'web:1',
      'task-definition-arn': arnOf('web:1'),
      family: 'web',
      revision: '1',
      registered: 'true',
      digest: DIGEST,
      'changed-containers': 'web',
      diff: '[]',
    });
    expect(first.summary).toContain('first revision');
    const second = await aws.run({ ...PUSHED, environment: 'TOKEN=canary-7261' }, fileOf());
    expect(second.outputs).toMatchObject({
      'task-definition': 'web:1',
      registered: 'false',
      'changed-containers': '',
      diff: '[]',
    });
    expect({ outcome: second.outcome, calls: second.calls }).toEqual({
      outcome: 'unchanged',
      calls: ['DescribeRepositories', 'DescribeTaskDefinition', 'BatchGetImage'],
    });
    const third = await aws.run({ ...PUSHED, environment: 'TOKEN=canary-7262' }, fileOf());
    expect(JSON.parse(third.outputs['diff'] ?? '')).toEqual([
      { path: 'containerDefinitions[web].environment[TOKEN]', change: 'changed', container: 'web' },
    ]);
    expect(third.outputs).toMatchObject({
      'task-definition': 'web:2',
      registered: 'true',
      'changed-containers': 'web',
    });
    expect([first, second, third].map(({ everything }) => everything).join()).not.toContain('canary');
    expect((await aws.run({ ...PUSHED, 'skip-if-unchanged': 'false' }, fileOf())).outputs['registered']).toBe('true');
  });

  it('writes what was sent into a file that nobody else reads', async () => {
    const { outputs } = await account().run({ ...PUSHED, tags: 'team=web' }, fileOf());
    const file = outputs['rendered-path'] ?? '';
    const sent: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(sent).toEqual({
      ...WEB,
      tags: [{ key: 'team', value: 'web' }],
      containerDefinitions: [{ ...CONTAINER, image: IMAGE }],
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('changes nothing on a dry run', async () => {
    const aws = account();
    const { outcome, calls, outputs } = await aws.run(
      { ...PUSHED, 'dry-run': 'true', 'keep-revisions': '1' },
      fileOf(),
    );
    expect({ outcome, task: outputs['task-definition'], there: aws.revisions }).toEqual({
      outcome: 'planned',
      task: undefined,
      there: [],
    });
    expect(calls).not.toContain('RegisterTaskDefinition');
  });
});

describe('the source', () => {
  it.each([
    ['the latest revision of a family', { 'task-definition-family': 'web' }, 'DescribeTaskDefinition'],
    ['a revision', { 'task-definition-family': 'web:1' }, 'DescribeTaskDefinition,DescribeTaskDefinition'],
    ['an ARN', { 'task-definition-arn': arnOf('web:1') }, 'DescribeTaskDefinition,DescribeTaskDefinition'],
    [
      'what a service runs',
      { cluster: 'production', service: 'web' },
      'DescribeServices,DescribeTaskDefinition,DescribeTaskDefinition',
    ],
  ])('is %s', async (_title, inputs, calls) => {
    const aws = account();
    aws.add({ ...WEB, containerDefinitions: [{ ...CONTAINER, image: IMAGE, command: ['echo', '${HOME}'] }] });
    aws.services.set('web', 'web:1');
    const same = await aws.run(inputs);
    expect({ outcome: same.outcome, calls: same.calls.join() }).toEqual({ outcome: 'unchanged', calls });
    const changed = await aws.run({ ...inputs, 'remove-environment': 'LEVEL' });
    expect(changed.outputs).toMatchObject({ 'task-definition': 'web:2', registered: 'true' });
    expect(aws.revisions.at(-1)?.definition).toMatchObject({
      containerDefinitions: [{ environment: [], command: ['echo', '${HOME}'] }],
    });
  });

  it('is compared with what the service runs', async () => {
    const aws = account();
    aws.add({ ...WEB, cpu: '512', memory: '1024', containerDefinitions: [{ ...CONTAINER, image: IMAGE }] });
    aws.services.set('web', 'web:1');
    await aws.run(PUSHED, fileOf());
    const { outputs, outcome, summary } = await aws.run({ ...PUSHED, cluster: 'production', service: 'web' }, fileOf());
    expect(outcome).toBe('unchanged');
    expect(JSON.parse(outputs['diff'] ?? '')).toEqual(['cpu', 'memory'].map((path) => ({ path, change: 'changed' })));
    expect(summary).toContain('What differs from web:1');
    expect((await aws.run({ ...PUSHED, cluster: 'production', service: 'new' }, fileOf())).outcome).toBe('unchanged');
  });

  it.each([
    ['nothing', {}, 'REGISTER_DEFINITION_SOURCE'],
    ['a service without its cluster', { service: 'web' }, 'REGISTER_DEFINITION_SOURCE'],
    ['two', { 'task-definition-family': 'web', 'task-definition-arn': arnOf('web:1') }, 'REGISTER_DEFINITION_SOURCE'],
    ['a family that is not there', { 'task-definition-family': 'api' }, 'REGISTER_SOURCE_NOT_FOUND'],
    ['a service that is not there', { cluster: 'production', service: 'api' }, 'REGISTER_SOURCE_NOT_FOUND'],
  ])('is refused when it is %s', async (_title, inputs, code) => {
    expect((await account().run(inputs)).error?.code).toBe(code);
  });
});

describe('the lint', () => {
  const text = `# the web service
family: web
networkMode: awsvpc
memmory: "512"
containerDefinitions:
  - name: web
    image: nginx:1
    memory: "512"
    environment:
      - { name: A, value: [canary-7261] }
`;

  it('tells everything at once, with its line, before any call', async () => {
    const ran = await account().run({ cpu: '64', 'allowed-account-ids': '123456789012' }, { name: 'task.yml', text });
    expect({ code: ran.error?.code, calls: ran.calls }).toEqual({ code: 'REGISTER_LINT_FAILED', calls: [] });
    expect(ran.error?.message.split('\n')).toEqual([
      "'task.yml' breaks 5 rules:",
      "  - task.yml:4: memmory: ECS has no field of this name here; did you mean 'memory'? (unknown-field)",
      '  - task.yml:8: containerDefinitions[0].memory: this is a text and has to be a whole number: write it without quotes (wrong-type)',
      '  - task.yml:10: containerDefinitions[0].environment[0].value: this is a list and has to be a text (wrong-type)',
      '  - cpu, set by the input \'cpu\': expected 128 to 196608 CPU units, for example "256" or ".25 vCPU" (task-cpu)',
      "  - task.yml:6: containerDefinitions[0]: give 'memory' or 'memoryReservation' here, or 'memory' of the task (container-memory-missing)",
    ]);
    expect(ran.said.filter(({ level }) => level !== 'info').map(({ level, place }) => [level, place])).toEqual([
      ['error', { title: 'unknown-field', file: 'task.yml', startLine: 4 }],
      ['error', { title: 'wrong-type', file: 'task.yml', startLine: 8 }],
      ['error', { title: 'wrong-type', file: 'task.yml', startLine: 10 }],
      ['error', { title: 'task-cpu' }],
      ['warning', { title: 'mutable-tag', file: 'task.yml', startLine: 7 }],
      ['error', { title: 'container-memory-missing', file: 'task.yml', startLine: 6 }],
    ]);
    expect(ran.everything).not.toContain('canary');
  });

  it('lets pass what is allowed, and what is newer, when asked to', async () => {
    const newer = fileOf({ ...WEB, newField: 1, family: 'my web' });
    const inputs = { ...PUSHED, 'unknown-fields': 'warn', 'lint-allow': 'family-name' };
    const ran = await account().run(inputs, newer);
    expect({
      outcome: ran.outcome,
      warned: ran.said.filter(({ level }) => level === 'warning').map(({ place }) => place?.title),
    }).toEqual({ outcome: 'succeeded', warned: ['unknown-field'] });
    const aws = account();
    await aws.run(inputs, newer);
    expect(aws.revisions[0]?.definition).not.toHaveProperty('newField');
    expect((await aws.run(inputs, newer)).outcome).toBe('unchanged');
    const unknown = await account().run({ ...PUSHED, 'lint-allow': 'family-nme' }, newer);
    expect(unknown.error).toMatchObject({ code: 'INPUT_INVALID', hint: 'Did you mean family-name?' });
  });
});

describe('images', () => {
  it('are set for several containers, by their own names', async () => {
    const aws = account();
    const images = `web=shop/web@${DIGEST}\nproxy=public.ecr.aws/x/proxy@${DIGEST}`;
    expect((await aws.run({ images }, fileOf(two))).outcome).toBe('succeeded');
    expect(aws.revisions[0]?.definition).toMatchObject({
      containerDefinitions: [{ image: IMAGE }, { image: `public.ecr.aws/x/proxy@${DIGEST}` }],
    });
  });

  it('stand for ${IMAGE}, beside the other placeholders', async () => {
    const aws = account();
    const whole = {
      ...WEB,
      containerDefinitions: [
        {
          ...CONTAINER,
          image: '${IMAGE}',
          environment: [{ name: 'A', value: '${ACCOUNT_ID} ${REGION} ${SHA} ${OWN} $${HOME}' }],
        },
      ],
    };
    const ran = await aws.run({ ...PUSHED, variables: 'OWN=a=b' }, fileOf(whole));
    expect(ran.calls[0]).toBe('DescribeRepositories');
    expect(aws.revisions[0]?.definition).toMatchObject({
      containerDefinitions: [
        { image: IMAGE, environment: [{ value: '123456789012 eu-central-1 c0ffee a=b ${HOME}' }] },
      ],
    });
  });

  it.each([
    ['a tag', { images: 'web=nginx:1' }, 'REGISTER_IMAGE_MUTABLE'],
    ['a masked part', { images: `web=***.dkr.ecr.eu-central-1.amazonaws.com/web@${DIGEST}` }, 'INPUT_INVALID'],
    ['no reference', { images: 'web=Nginx@x' }, 'IMAGE_REFERENCE_INVALID'],
    [
      'two for one container',
      { ...PUSHED, container: 'web', images: `web=shop/web@${DIGEST}` },
      'REGISTER_IMAGE_SOURCE',
    ],
    ['a container that is not there', { images: `api=shop/web@${DIGEST}` }, 'REGISTER_CONTAINER_NOT_FOUND'],
    ['no word of whose it is', PUSHED, 'REGISTER_CONTAINER_UNCLEAR'],
    ['a repository that is not there', { images: `web=shop/api@${DIGEST}` }, 'REGISTER_REPOSITORY_NOT_FOUND'],
    ['a digest that is not there', { images: `web=shop/web@sha256:${'b'.repeat(64)}` }, 'REGISTER_IMAGE_NOT_FOUND'],
    ['a placeholder that is unknown', { patch: '{"taskRoleArn": "${ROLE}"}' }, 'REGISTER_PLACEHOLDER_UNKNOWN'],
    ['a patch that is none', { patch: '[1]' }, 'REGISTER_FILE_INVALID'],
    ['a command that is no list of texts', { command: '["a", 1]' }, 'INPUT_INVALID'],
  ])('are refused with %s', async (_title, inputs, code) => {
    const aws = account();
    expect((await aws.run(inputs, fileOf(two))).error?.code).toBe(code);
    expect(aws.revisions).toEqual([]);
  });

  it('are held against the task’s platform', async () => {
    const aws = account();
    const windows = JSON.stringify({
      runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
      cpu: '1024',
      memory: '2048',
    });
    const ran = await aws.run({ ...PUSHED, patch: windows }, fileOf());
    expect(ran.error).toMatchObject({
      code: 'REGISTER_PLATFORM_MISMATCH',
      message: expect.stringMatching(/windows\/amd64.*linux\/amd64, linux\/arm64/),
    });
    expect((await aws.run({ ...PUSHED, patch: windows, preflight: 'false' }, fileOf())).outcome).toBe('succeeded');
  });

  it('for one platform tell it by their config', async () => {
    const aws = account();
    aws.images.set('shop/web', new Map([[DIGEST, { config: { digest: 'sha256:c' } }]]));
    aws.configs.set('sha256:c', { os: 'linux', architecture: 'arm64' });
    expect((await aws.run(PUSHED, fileOf())).error?.code).toBe('REGISTER_PLATFORM_MISMATCH');
    const arm = { patch: '{"runtimePlatform": {"cpuArchitecture": "ARM64"}}' };
    expect((await aws.run({ ...PUSHED, ...arm }, fileOf())).outcome).toBe('succeeded');
  });
});

describe('keep-revisions', () => {
  it('deregisters the older ones, and none that is in use', async () => {
    const aws = account();
    for (let index = 0; index < 6; index += 1) aws.add({ ...WEB, cpu: String(index) });
    aws.inUse.push(arnOf('web:2'));
    aws.scheduled.push(arnOf('web:3'));
    await aws.run({ ...PUSHED, 'keep-revisions': '2', 'dry-run': 'true' }, fileOf());
    expect(aws.deregistered).toEqual([]);
    await aws.run({ ...PUSHED, 'keep-revisions': '2' }, fileOf());
    expect(aws.deregistered).toEqual(['web:5', 'web:4', 'web:1'].map(arnOf));
  });
});

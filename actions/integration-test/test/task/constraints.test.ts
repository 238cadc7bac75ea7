import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlipwayError } from '@slipway/core';
import { argumentsOf, flagsOf } from '../../src/constraints.js';
import { cpusOf, mibOf, settingOf } from '../../src/task/constraints.js';
import { checkTaskDefinition, containerOf, readTaskDefinition } from '../../src/task/definition.js';

const FULL = {
  cpu: '512',
  memory: '1 GB',
  containerDefinitions: [
    {
      name: 'web',
      memory: 256,
      portMappings: [{ containerPort: 53, protocol: 'udp' }, { containerPort: 9000 }],
      entryPoint: ['/app', '--fast'],
      command: ['serve'],
      user: '1000:1000',
      workingDirectory: '/srv',
      readonlyRootFilesystem: true,
      environment: [{ name: 'A', value: 'b=c' }],
      secrets: [{ name: 'PASSWORD', valueFrom: 'arn:aws:ssm:…' }],
      stopTimeout: 7,
      healthCheck: { command: ['CMD', '/probe'], interval: 5 },
      ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
      linuxParameters: {
        initProcessEnabled: true,
        sharedMemorySize: 16,
        capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] },
        tmpfs: [{ containerPath: '/tmp', size: 8, mountOptions: ['noexec'] }],
      },
      systemControls: [{ namespace: 'net.core.somaxconn', value: '1024' }],
      extraHosts: [{ hostname: 'db', ipAddress: '10.0.0.1' }],
    },
  ],
};

function settingFor(value: unknown, secrets: Record<string, string> = { PASSWORD: 'test' }) {
  const definition = checkTaskDefinition(value, 'task.json');
  return settingOf(definition, containerOf(definition, undefined, 'task.json'), { engineCpus: 2, secrets });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SlipwayError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('settingOf', () => {
  it('holds a container to all that the task definition says', () => {
    const { constraints, ...rest } = settingFor(FULL);
    expect(rest).toEqual({
      environment: { A: 'b=c', PASSWORD: 'test' },
      ports: [9000],
      stopTimeoutSeconds: 7,
      notes: [],
    });
    expect(flagsOf(constraints).join(' ')).toBe(
      '--memory 256m --memory-swap 256m --cpus 0.5 --user 1000:1000 --workdir /srv --shm-size 16m --entrypoint /app ' +
        '--no-healthcheck --read-only --init --mount type=volume,destination=/data --tmpfs /tmp:size=8m,noexec ' +
        '--ulimit nofile=1:2 --cap-add SYS_PTRACE --cap-drop ALL --sysctl net.core.somaxconn=1024 --add-host db:10.0.0.1',
    );
    expect(argumentsOf(constraints)).toEqual(['--fast', 'serve']);
    expect(constraints.healthCheck).toEqual({
      command: ['CMD', '/probe'],
      ...{ intervalSeconds: 5, timeoutSeconds: 5, retries: 3, startPeriodSeconds: 0 },
    });
  });

  it('asks nothing of a container of which the task definition says nothing but switches off its own health check', () => {
    const { constraints, stopTimeoutSeconds } = settingFor({ containerDefinitions: [{ name: 'a' }] });
    expect(flagsOf(constraints)).toEqual(['--no-healthcheck']);
    expect(stopTimeoutSeconds).toBe(30);
  });

  it('takes the memory of the task where the container has none, and no more processors than there are', () => {
    const setting = settingFor({ cpu: '4 vCPU', memory: '2048', containerDefinitions: [{ name: 'a' }] });
    expect(setting.constraints).toMatchObject({ memoryMib: 2048, cpus: 2 });
    expect(setting.notes).toEqual(['The task has 4 vCPU; this machine has 2.']);
  });

  it('names every secret that has no test value', () => {
    const secrets = ['A', 'B', 'C'].map((name) => ({ name, valueFrom: 'x' }));
    const refused = codeOf(() => settingFor({ containerDefinitions: [{ name: 'web', secrets }] }, { B: '' }));
    expect(refused).toMatch(/^TEST_SECRET_MISSING .*'web'.*'A', 'C'\.$/);
  });

  it.each([
    ['256', 0.25],
    [1024, 1],
    ['.5 vCPU', 0.5],
    [undefined, undefined],
  ])('reads %j as %j processors', (text, cpus) => expect(cpusOf(text)).toBe(cpus));

  it.each([
    ['512', 512],
    ['0.5 GB', 512],
    ['30GB', 30_720],
  ])('reads %j as %j MiB', (text, mib) => expect(mibOf(text)).toBe(mib));
});

describe('readTaskDefinition', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'slipway-task-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (text: string) => {
    const file = path.join(folder, 'task');
    await writeFile(file, text);
    return readTaskDefinition(file, 'deploy/task');
  };

  it.each([
    ['JSON', JSON.stringify(FULL)],
    ['JSON with comments', `// ours\n${JSON.stringify(FULL, undefined, 2).replace('"cpu"', '/* half */ "cpu"')}`],
    ['what DescribeTaskDefinition answers', JSON.stringify({ taskDefinition: FULL, tags: [] })],
    ['YAML with an anchor', 'x: &name web\ncontainerDefinitions:\n  - name: *name\n'],
  ])('reads %s, as register-task-def does', async (_form, text) => {
    expect((await read(text)).containerDefinitions).toMatchObject([{ name: 'web' }]);
  });

  it.each([
    ['a text that breaks off', '{ "containerDefinitions": ['],
    ['a text that is no object', '- web'],
  ])('refuses %s by the name of the file', async (_what, text) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'TEST_TASK_DEFINITION_INVALID',
      message: expect.stringContaining('deploy/task'),
    });
  });

  it('refuses a file that is not there', async () => {
    await expect(readTaskDefinition(path.join(folder, 'none'), 'none')).rejects.toMatchObject({
      code: 'TEST_TASK_DEFINITION_INVALID',
    });
  });
});

describe('checkTaskDefinition', () => {
  it.each([
    ['no object', null],
    ['no container', { containerDefinitions: [] }],
    ['a text for a number', { containerDefinitions: [{ name: 'a', stopTimeout: '30' }] }],
    [
      'a path that smuggles an option',
      { containerDefinitions: [{ name: 'a', mountPoints: [{ containerPath: '/x,source=/etc,type=bind' }] }] },
    ],
  ])('refuses %s', (_, value) => {
    expect(codeOf(() => checkTaskDefinition(value, 'task.json'))).toMatch(/^TEST_TASK_DEFINITION_INVALID .*task\.json/);
  });

  it('says which containers there are when it is not told which one', () => {
    const definition = checkTaskDefinition({ containerDefinitions: [{ name: 'a' }, { name: 'b' }] }, 't');
    expect(codeOf(() => containerOf(definition, undefined, 't'))).toContain("'a', 'b'");
    expect(codeOf(() => containerOf(definition, 'c', 't'))).toContain("no container 'c'");
    expect(containerOf(definition, 'b', 't').name).toBe('b');
  });

  it('answers anything with a task definition or its one error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          checkTaskDefinition({ containerDefinitions: [value] }, 't');
        } catch (error) {
          expect(error).toMatchObject({ code: 'TEST_TASK_DEFINITION_INVALID' });
        }
      }),
    );
  });
});

import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ContainerEngine, Health } from '../src/engine.js';
import { hello, RunScene } from './run-scene.js';
import { DIGEST, SUITE } from './setting.js';

const scene = new RunScene();
afterEach(() => scene.close());

describe('run', () => {
  it('tests the image by its digest and leaves nothing behind', async () => {
    const result = await scene.start({ answer: hello }, { environment: { A: 'b' } });
    expect(result).toEqual({ outcome: 'succeeded' });
    expect(scene.engine.spec).toEqual({
      name: 'slipway-test-7-2-x1',
      network: 'slipway-test-7-2-x1',
      label: 'slipway.run=7-2-x1',
      image: `127.0.0.1:5/slipway-test@${DIGEST}`,
      port: 8080,
      furtherPorts: [],
      environment: { A: 'b' },
      constraints: {},
    });
    expect(scene.setting.outputs).toMatchObject({ 'tested-digest': DIGEST, passed: '2', failed: '0' });
    expect(await readFile(scene.setting.outputs['junit'] ?? '', 'utf8')).toContain('tests="2" failures="0"');
    expect(scene.engine.calls).toContain('stop');
    await scene.expectNothingLeft();
  });

  it('remembers what to remove before it makes anything', async () => {
    const states: string[][] = [];
    await scene.start({
      answer: hello,
      onCall: (name) => name === 'pull' && states.push(Object.keys(scene.setting.state)),
    });
    expect(states).toEqual([['label', 'folder', 'reference', 'composed']]);
  });

  it('points at the failed checks, shows the log, and says nothing is tested', async () => {
    const answer: RequestListener = (_, response) => response.end('good bye');
    await expect(scene.start({ answer, log: ['a', '::error::b'] })).rejects.toMatchObject({
      code: 'TEST_CHECKS_FAILED',
      message: "1 of 2 checks failed: 'says hello'.",
    });
    expect(scene.setting.outputs).toMatchObject({ passed: '1', failed: '1' });
    expect(scene.setting.outputs).not.toHaveProperty('tested-digest');
    expect(scene.setting.log).toContain("error checks.yml:4 body does not contain 'hello' (status 200)");
    expect(scene.setting.log).toContain('untrusted a\n::error::b');
    expect(scene.setting.summaries).toHaveLength(1);
    await scene.expectNothingLeft();
  });

  it('ends early when the container does, and tells how', async () => {
    await expect(scene.start({ exitCode: 137, oomKilled: true, log: ['boom'] })).rejects.toMatchObject({
      code: 'TEST_CONTAINER_EXITED',
      message: expect.stringMatching(/before it was ready, with exit code 137, killed .* memory\.[^]*\| boom/),
    });
    expect(scene.setting.facts).toMatchObject({ container: { exitCode: 137, oomKilled: true } });
    expect(scene.setting.summaries[0]).toContain('TEST_CONTAINER_EXITED');
    await scene.expectNothingLeft();
  });

  it('gives up on a service that does not get ready', async () => {
    const answer: RequestListener = (_, response) => response.writeHead(503).end();
    await expect(scene.start({ answer })).rejects.toMatchObject({
      code: 'TEST_NOT_READY',
      message: expect.stringContaining('seen last: status 503. It logged nothing.'),
    });
    await scene.expectNothingLeft();
  });

  it('waits as long as the grace that was asked for, when that is longer', async () => {
    const answer: RequestListener = (_, response) => response.writeHead(503).end();
    await expect(scene.start({ answer }, { 'grace-seconds': 3 })).rejects.toMatchObject({
      code: 'TEST_NOT_READY',
      message: expect.stringContaining('was not ready within 3 s'),
    });
  });

  it('is not content with a container that ended after its last answer', async () => {
    let asked = 0;
    const answer: RequestListener = (_, response) => {
      asked += 1;
      response.end('hello', () => asked === 3 && scene.engine.crash(1));
    };
    await expect(scene.start({ answer })).rejects.toMatchObject({ code: 'TEST_CONTAINER_EXITED' });
    expect(scene.setting.outputs).not.toHaveProperty('tested-digest');
    await scene.expectNothingLeft();
  });

  it.each([[[]], [[`sha256:${'cd'.repeat(32)}`]], [[DIGEST, `sha256:${'cd'.repeat(32)}`]]])(
    'does not start an image that the engine knows as %j',
    async (digests) => {
      await expect(scene.start({ answer: hello, digests })).rejects.toMatchObject({ code: 'TEST_DIGEST_MISMATCH' });
      expect(scene.engine.calls).not.toContain('startContainer');
      await scene.expectNothingLeft();
    },
  );

  it.each<keyof ContainerEngine>(['pull', 'createNetwork', 'createContainer', 'startContainer', 'hostPorts', 'state'])(
    'cleans up after %s has failed',
    async (name) => {
      await expect(scene.start({ answer: hello, failing: [name] })).rejects.toMatchObject({
        code: 'TEST_ENGINE_FAILED',
      });
      await scene.expectNothingLeft();
    },
  );

  it.each<keyof ContainerEngine>(['pull', 'createNetwork', 'createContainer', 'startContainer', 'hostPorts', 'stop'])(
    'cleans up when it is cancelled in %s',
    async (name) => {
      const reason = new Error('cancelled');
      const cancelled = scene.start({
        answer: hello,
        onCall: (called) => called === name && scene.setting.cancel(reason),
      });
      // A test that had already passed when the cancel came stays so: nothing was left to interrupt.
      await (name === 'stop' ? cancelled : expect(cancelled).rejects.toBe(reason));
      expect(scene.setting.log.filter((line) => line.startsWith('untrusted'))).toEqual([]);
      await scene.expectNothingLeft();
    },
  );

  it('tells the failure of the test, not that of the clean-up', async () => {
    const failing = ['pull', 'removeNetworks'] as const;
    await expect(scene.start({ failing })).rejects.toMatchObject({ message: 'pull failed.' });
    expect(scene.setting.log).toContain('warning Something of the test could not be removed: removeNetworks failed.');
    expect(scene.engine.calls).toContain('removeImage');
  });

  it('keeps the failure when the log cannot be read', async () => {
    await expect(scene.start({ exitCode: 3, failing: ['logTail'] })).rejects.toMatchObject({
      code: 'TEST_CONTAINER_EXITED',
    });
  });

  it('lets no value of the environment out', async () => {
    const secret = 'canary-4711-canary';
    const answer: RequestListener = (_, response) => response.setHeader('x', secret).end(`no ${secret}`);
    const suite = `${SUITE}  - { name: x, request: { path: / }, expect: { headers: { x: y } } }\n`;
    const failed = scene.start({ answer, log: [`token=${secret}`] }, { environment: { TOKEN: secret } }, suite);
    await expect(failed).rejects.toMatchObject({ code: 'TEST_CHECKS_FAILED' });
    const { log, outputs, state, summaries, facts } = scene.setting;
    const junit = await readFile(outputs['junit'] ?? '', 'utf8');
    expect(junit).toContain('***');
    expect(JSON.stringify({ log, outputs, state, summaries, facts, junit })).not.toContain(secret);
  });

  it.each([
    ['a suite that is not there', { suite: '/nowhere/checks.yml' }, 'INPUT_INVALID'],
    ['a variable that has no name', { environment: { '#A': 'b' } }, 'TEST_ENVIRONMENT_INVALID'],
    ['one of a bad configuration', { 'bad-configuration': { '#A': 'b' } }, 'TEST_ENVIRONMENT_INVALID'],
    ['one of the command', { 'command-environment': { '#A': 'b' } }, 'TEST_ENVIRONMENT_INVALID'],
  ])('refuses %s before anything is made', async (_, inputs, code) => {
    await expect(scene.start({}, inputs)).rejects.toMatchObject({ code });
    expect(scene.engine.calls).toEqual([]);
  });

  it('refuses a malformed suite before anything is made', async () => {
    await expect(scene.start({}, {}, 'checks: {')).rejects.toMatchObject({ code: 'SUITE_INVALID' });
    expect(scene.engine.calls).toEqual([]);
  });

  it('waits for a line of the log, whatever the port says', async () => {
    const answer: RequestListener = (_, response) => response.end('hello');
    await scene.start(
      { answer, log: ['starting', 'listening on 8080'] },
      { 'ready-by': 'log', 'ready-log': '/^listening/' },
    );
    expect(scene.setting.outputs).toMatchObject({ failed: '0' });
  });

  it('does not take an open port for health', async () => {
    const unhealthy = scene.start({ answer: hello, health: () => 'unhealthy' });
    await expect(unhealthy).rejects.toMatchObject({ code: 'TEST_UNHEALTHY' });
    expect(scene.setting.outputs).not.toHaveProperty('tested-digest');
    await scene.expectNothingLeft();
  });

  it('is ready when the health check says so', async () => {
    const seen: Health[] = ['starting', 'healthy'];
    const health = (): Health => seen.shift() ?? 'healthy';
    expect(await scene.start({ answer: hello, health }, { 'ready-by': 'health-check' })).toEqual({
      outcome: 'succeeded',
    });
  });

  it.each([
    ['health-check', "'ready-by' is 'health-check', and the image has none"],
    ['log', 'no line of the log says so'],
  ] as const)('says what it waited for by %s', async (by, last) => {
    await expect(scene.start({ answer: hello }, { 'ready-by': by, 'ready-log': 'ready' })).rejects.toMatchObject({
      code: 'TEST_NOT_READY',
      message: expect.stringContaining(last),
    });
  });

  it.each([
    ['no text', undefined],
    ['no expression', '/(/'],
  ])('refuses to wait for a line that is %s', async (_, text) => {
    const refused = scene.start({ answer: hello }, { 'ready-by': 'log', 'ready-log': text });
    await expect(refused).rejects.toMatchObject({ code: 'TEST_READY_LOG_INVALID' });
    expect(scene.engine.calls).not.toContain('pull');
  });

  it('does not test an image whose services are not ready', async () => {
    const services = '[{ name: db, image: "db:1", port: 5432, ready-log: "up", timeout-seconds: 1 }]';
    await expect(scene.start({ answer: hello }, { services })).rejects.toMatchObject({
      code: 'TEST_SERVICE_NOT_READY',
    });
    await scene.expectNothingLeft();
  });

  it.each([
    [{ services: 'db' }],
    [{ services: '[{ name: DB, image: x, port: 1 }]' }],
    [{ services: '[{ name: a, image: x, port: 1 }, { name: a, image: x, port: 1 }]' }],
    [{ services: '[{ name: a, image: --privileged, port: 1 }]' }],
    [{ command: 'npm test' }],
    [{ command: '[' }],
    [{ 'container-command': 'serve' }],
    [{ 'container-command': '[]' }],
    [{ ports: ['http'] }],
    [{ ports: ['0'] }],
    [{ ports: ['65536'] }],
  ])('refuses %j', async (inputs) => {
    await expect(scene.start({ answer: hello }, inputs)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(scene.engine.calls).not.toContain('pull');
  });
});

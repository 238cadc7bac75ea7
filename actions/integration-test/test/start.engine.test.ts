import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EngineScene } from './engine-scene.js';
import { docker } from './images.js';

const suiteWithin = (seconds: number): string => `version: 1
ready: { path: /health, timeout-seconds: ${seconds} }
checks:
  - name: says hello
    request: { path: / }
    expect: { contains: hello }
`;

let scene: EngineScene;
beforeAll(async () => {
  scene = await EngineScene.open(['VOLUME /data /cache']);
}, 120_000);
afterAll(() => scene.close());
afterEach(async () => {
  expect(await scene.left()).toEqual([]);
});

describe('an image with volumes', () => {
  /** The engine names them, and puts no label of ours on them: so the run is asked while it lasts. */
  const program = (exitCode: number): string => `
    const { execFileSync } = require('node:child_process');
    const format = '{{range .Mounts}}{{.Name}} {{end}}';
    const args = ['container', 'inspect', '--format', format, process.env.CONTAINER_NAME];
    console.log('volumes:', String(execFileSync('docker', args)).trim());
    process.exitCode = ${exitCode};`;

  it.each([
    [0, 'succeeded'],
    [1, 'failed'],
  ])('leaves none of them when its command ends with %i', async (exitCode, outcome) => {
    const end = await scene.run({ command: JSON.stringify([process.execPath, '-e', program(exitCode)]) });
    expect(end.outputs).toMatchObject({ outcome });
    const names = /volumes: (\w{64}) (\w{64})/.exec(end.stdout)?.slice(1) ?? [];
    expect(names).toHaveLength(2);
    const there = (await docker('volume', 'ls', '--quiet')).split('\n');
    expect(names.filter((name) => there.includes(name))).toEqual([]);
  });
});

describe('an image that calls itself unhealthy', () => {
  const check = ['HEALTHCHECK --interval=500ms --retries=1 CMD ["node", "-e", "console.log(4711); process.exit(1)"]'];
  let sick: EngineScene;
  beforeAll(async () => {
    sick = await EngineScene.open(check);
  }, 120_000);
  afterAll(() => sick.close());

  it('fails, with the last words of its check', async () => {
    const end = await sick.run({ 'ready-by': 'health-check' });
    expect(end.report).toMatchObject({ error: { code: 'TEST_UNHEALTHY' } });
    expect(end.errors.join()).toContain("said 'unhealthy' before it was ready (exit code 1: 4711).");
    expect(await sick.left()).toEqual([]);
  });
});

describe('ready-by: log', () => {
  /** Its path for readiness never answers as it should: the line alone can tell. */
  const server = `
    process.on('SIGTERM', () => process.exit(0));
    const answer = (request, response) => response.writeHead(request.url === '/health' ? 503 : 200).end('{"hello":"world"}');
    require('node:http').createServer(answer).listen(8080, () => setTimeout(() => console.log('open for business'), 500));`;
  const inputs = { 'task-definition': 'task.json', 'ready-by': 'log' };
  beforeAll(async () => {
    await scene.write('task.json', {
      containerDefinitions: [{ name: 'web', memory: 128, command: ['node', '-e', server] }],
    });
    await scene.write('slow.yml', suiteWithin(20));
    await scene.write('soon.yml', suiteWithin(2));
  });

  it('begins with the line that says so', async () => {
    const end = await scene.run({ ...inputs, suite: 'slow.yml', 'ready-log': '/^open for/' });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', passed: '1' });
    expect(end.report?.['readyMs']).toBeGreaterThan(100);
  });

  it('fails when no line does', async () => {
    const end = await scene.run({ ...inputs, suite: 'soon.yml', 'ready-log': 'closed' });
    expect(end.report).toMatchObject({ error: { code: 'TEST_NOT_READY' } });
    expect(end.errors.join()).toContain('no line of the log says so');
    expect(end.stdout).toContain('| open for business');
  });
});

describe('ports, user and command', () => {
  /** Says on its second port who it is. */
  const server = `
    process.on('SIGTERM', () => process.exit(0));
    const listen = (port, text) => require('node:http').createServer((_, response) => response.end(text)).listen(port);
    listen(8080, '{"hello":"world"}');
    setTimeout(() => listen(9090, process.getuid() + ' ' + process.argv[1]), 500);`;
  const inputs = { 'container-command': JSON.stringify(['node', '-e', server, 'told']), user: '4321', ports: '9090' };
  const program = `
    const url = 'http://127.0.0.1:' + process.env.PORT_9090;
    fetch(url).then((answer) => answer.text()).then((text) => process.exit(text === '4321 told' ? 0 : 1));`;

  it('are the container’s, and its further port is there when the command begins', async () => {
    const end = await scene.run({ ...inputs, command: JSON.stringify([process.execPath, '-e', program]) });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', passed: '1' });
  });

  it('tells of a port on which nothing listens', async () => {
    const end = await scene.run({ ...inputs, ports: '9090,9091', suite: 'soon.yml' });
    expect(end.report).toMatchObject({ error: { code: 'TEST_NOT_READY' } });
    expect(end.errors.join()).toContain("nothing listens on port 9091, which 'ports' names");
  });
});

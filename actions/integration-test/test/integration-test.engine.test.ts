import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileCommands, runAction, type ActionEnd } from '@slipway/testkit';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { buildImage, docker, type BuiltImage } from './images.js';

const SUITE = `version: 1
ready: { path: /health, timeout-seconds: 20 }
checks:
  - name: says hello
    request: { path: / }
    expect: { json: { hello: world }, headers: { content-type: application/json } }
`;

let shared: string;
let base: string;
let good: BuiltImage;
let unstartable: BuiltImage;
let temp: string;
let runId: string;

beforeAll(async () => {
  shared = await mkdtemp(path.join(tmpdir(), 'slipway-test-images-'));
  base = await ensureBaseImage();
  good = await buildImage(shared, base, ['node', '/server.js']);
  unstartable = await buildImage(shared, base, ['/no/such/program']);
}, 180_000);
afterAll(() => rm(shared, { recursive: true, force: true }));

beforeEach(async () => {
  // Beside the layouts: one folder is workspace and RUNNER_TEMP at once.
  temp = await mkdtemp(path.join(shared, 'run-'));
  runId = `engine-${randomUUID()}`;
  await writeFile(path.join(temp, 'checks.yml'), SUITE);
});
afterEach(async () => {
  // Whatever a test was about: nothing of it may stay.
  expect(await leftovers()).toEqual([]);
});

async function start(image: BuiltImage, inputs: Record<string, string> = {}, onLine?: (line: string) => void) {
  return runAction({
    action: 'integration-test',
    inputs: { 'oci-layout': image.layout, digest: image.digest, suite: 'checks.yml', ...inputs },
    workspace: temp,
    temp: shared,
    environment: { GITHUB_RUN_ID: runId, GITHUB_WORKSPACE: temp, RUNNER_TEMP: shared },
    timeoutMs: 90_000,
    ...(onLine ? { onLine } : {}),
  });
}

async function runPost(image: BuiltImage): Promise<ActionEnd> {
  return runAction({
    action: 'integration-test',
    inputs: { 'oci-layout': image.layout, digest: image.digest, suite: 'checks.yml' },
    ...{ workspace: temp, temp: shared, phase: 'post', state: await savedState(), timeoutMs: 60_000 },
  });
}

/** The state as the runner would have it, also of a main that was killed. */
async function savedState(): Promise<Record<string, string>> {
  for (const folder of await readdir(shared)) {
    if (!folder.startsWith('_runner_')) continue;
    const state = await readFileCommands(path.join(shared, folder, 'state'));
    if (state['label']?.includes(runId)) return state;
  }
  throw new Error('main has saved no state.');
}

async function leftovers(): Promise<string[]> {
  const containers = await docker(
    'ps',
    '--all',
    '--format',
    '{{.Label "slipway.run"}}',
    '--filter',
    'label=slipway.run',
  );
  const networks = await docker('network', 'ls', '--format', '{{.Name}}', '--filter', 'label=slipway.run');
  const images = await docker('image', 'ls', '--digests', '--format', '{{.Repository}} {{.Digest}}');
  const folders = await readdir(shared);
  const tested = [good.digest, unstartable.digest].map((digest) => `slipway-test ${digest}`);
  return [
    ...`${containers}\n${networks}`.split('\n').filter((name) => name.includes(runId)),
    ...images.split('\n').filter((name) => tested.some((one) => name.endsWith(one))),
    ...folders.filter((name) => name.includes(runId)),
  ];
}

/** The action's own process: the one that was given our run's id. */
async function pidOfMain(): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const environ = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
    if (environ.split('\0').includes(`GITHUB_RUN_ID=${runId}`)) return Number(entry);
  }
  throw new Error('The action does not run.');
}

/** Sends a signal as soon as the log says that far. */
function signalAt(text: string, signal: NodeJS.Signals): (line: string) => void {
  return (line) => {
    if (line.includes(text)) void pidOfMain().then((pid) => process.kill(pid, signal));
  };
}

describe('integration-test', () => {
  it('passes a good image and reads its digest from the engine', async () => {
    const end = await start(good, { environment: 'MODE=good\nPORT=9000', port: '9000' });
    expect(end.errors).toEqual([]);
    expect(end).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'succeeded', 'tested-digest': good.digest, passed: '1', failed: '0' },
    });
    expect(await readFile(end.outputs['junit'] ?? '', 'utf8')).toContain('<testcase name="says hello"');
    expect(end.summary).toContain('1 of 1 checks passed');
    expect((await runPost(good)).exitCode).toBe(0);
  });

  it('runs the image as its task definition says', async () => {
    const definition = {
      cpu: '256',
      memory: '256',
      containerDefinitions: [
        {
          name: 'web',
          user: '65532:65532',
          readonlyRootFilesystem: true,
          command: ['node', '/server.js'],
          environment: [{ name: 'MODE', value: 'good' }],
          secrets: [{ name: 'TOKEN', valueFrom: 'a-secret' }],
          portMappings: [{ containerPort: 9100 }],
          // Without a shell: the client alone could not set it.
          healthCheck: { command: ['CMD', 'node', '-e', 'process.exit(0)'], interval: 1 },
          linuxParameters: { tmpfs: [{ containerPath: '/tmp', size: 8 }] },
        },
      ],
    };
    await writeFile(path.join(temp, 'task.json'), JSON.stringify(definition));
    const task = { 'task-definition': 'task.json', 'ready-by': 'health-check' };
    const refused = await start(good, task);
    expect(refused.report).toMatchObject({ error: { code: 'TEST_SECRET_MISSING' } });
    const end = await start(good, { ...task, secrets: 'TOKEN=t', environment: 'PORT=9100' });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'tested-digest': good.digest });
  });

  it('starts what the image needs beside it, and removes it too', async () => {
    const listen = 'require("node:net").createServer().listen(9200)';
    const peer = { name: 'peer', image: base, port: 9200, command: ['node', '-e', listen] };
    const reach = 'require("node:net").connect(+process.env.PEER_PORT, process.env.PEER_HOST, () => process.exit(0))';
    const command = JSON.stringify([process.execPath, '-e', reach]);
    const end = await start(good, { services: JSON.stringify([peer]), command, environment: 'MODE=good' });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded' });
  });

  it('fails a check at its place in the suite, and shows the log without obeying it', async () => {
    await writeFile(path.join(temp, 'checks.yml'), SUITE.replace('hello: world', 'hello: moon'));
    const secret = `canary-${randomUUID()}`;
    const end = await start(good, { environment: `MODE=good\nTOKEN=${secret}` });
    expect(end).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', passed: '0', failed: '1' } });
    expect(end.outputs).not.toHaveProperty('tested-digest');
    const annotation = end.commands.find(({ name, properties }) => name === 'error' && properties['file']);
    expect(annotation?.properties).toMatchObject({ file: 'checks.yml', line: '4' });
    expect(annotation?.message).toContain('json.hello is "world"; expected "moon"');
    expect(end.errors.at(-1)).toContain('TEST_CHECKS_FAILED');
    expect(end.stdout).toContain('| ::error::a container may not say this');
    expect(end.errors).not.toContain('a container may not say this');
    // Not by a mask of the runner's: values of an environment are ordinary words too, and would blank the job's outputs.
    expect(JSON.stringify([end.stdout, end.summary, end.outputs, end.report, end.state])).not.toContain(secret);
  });

  it('ends as soon as the container does', async () => {
    const end = await start(good, { environment: 'MODE=exit' });
    expect(end).toMatchObject({ exitCode: 1, report: { error: { code: 'TEST_CONTAINER_EXITED' } } });
    expect(end.errors.join()).toContain('exit code 7');
    expect(end.stdout).toContain('| starting exit');
  });

  it('tells when a service does not get ready', async () => {
    await writeFile(path.join(temp, 'checks.yml'), SUITE.replace('20', '1'));
    const end = await start(good, { environment: 'MODE=never-ready' });
    expect(end).toMatchObject({ exitCode: 1, report: { error: { code: 'TEST_NOT_READY' } } });
    expect(end.errors.join()).toContain('seen last: status 503');
  });

  it('tells when nothing listens on the port', async () => {
    await writeFile(path.join(temp, 'checks.yml'), SUITE.replace('20', '1'));
    const end = await start(good, { port: '9999' });
    expect(end).toMatchObject({ exitCode: 1, report: { error: { code: 'TEST_NOT_READY' } } });
  });

  it('tells when the command is not in the image', async () => {
    const end = await start(unstartable);
    expect(end).toMatchObject({ exitCode: 1, report: { error: { code: 'TEST_IMAGE_NOT_STARTED' } } });
    expect(end.errors.join()).toContain('/no/such/program');
  });

  it.each([
    ['a digest of another image', { digest: `sha256:${'0'.repeat(64)}` }, 'TEST_DIGEST_NOT_IN_LAYOUT'],
    ['a folder that is no layout', { 'oci-layout': '.' }, 'OCI_LAYOUT_INVALID'],
    ['a suite that is not there', { suite: 'nowhere.yml' }, 'INPUT_INVALID'],
  ])('refuses %s', async (_, inputs, code) => {
    const end = await start(good, inputs);
    expect(end).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed' }, report: { error: { code } } });
  });

  it('refuses a suite that is not YAML', async () => {
    await writeFile(path.join(temp, 'checks.yml'), 'checks: [\n  }');
    const end = await start(good);
    expect(end).toMatchObject({ exitCode: 1, report: { error: { code: 'SUITE_INVALID' } } });
    expect(end.errors.join()).toContain('checks.yml:2:');
  });

  it.each(['Taking', 'The container runs'])('leaves nothing when it is cancelled at "%s"', async (text) => {
    const end = await start(good, { environment: 'MODE=never-ready' }, signalAt(text, 'SIGTERM'));
    expect(end).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled' } });
    expect(await leftovers()).toEqual([]);
    expect((await runPost(good)).exitCode).toBe(0);
  });

  it('leaves nothing after post when main is killed', async () => {
    const end = await start(good, { environment: 'MODE=never-ready' }, signalAt('The container runs', 'SIGKILL'));
    expect(end.exitCode).toBe(137);
    expect(await leftovers()).not.toEqual([]);
    expect((await runPost(good)).exitCode).toBe(0);
  });

  it('leaves the docker configuration of the user alone', async () => {
    const config = await mkdtemp(path.join(temp, 'docker-config-'));
    const text = JSON.stringify({ credsStore: 'no-such-helper' });
    await writeFile(path.join(config, 'config.json'), text);
    const end = await runAction({
      action: 'integration-test',
      inputs: { 'oci-layout': good.layout, digest: good.digest, suite: 'checks.yml' },
      ...{ workspace: temp, temp: shared, timeoutMs: 90_000 },
      environment: { GITHUB_RUN_ID: runId, DOCKER_CONFIG: config },
    });
    expect(end.errors).toEqual([]);
    expect(end.outputs['outcome']).toBe('succeeded');
    expect(await readFile(path.join(config, 'config.json'), 'utf8')).toBe(text);
  });
});

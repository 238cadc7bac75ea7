import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { watchPrograms, type WatchedPrograms } from '@slipway/testkit';
import { createCompose } from '../src/compose/client.js';

const OWN_PATH = process.env['PATH'];
const FILE = {
  project: 'slipway-test-1',
  file: '/work/compose.yml',
  shown: 'compose.yml',
  environment: { WORD: 'canary-of-the-test', DOCKER_HOST: 'tcp://elsewhere', COMPOSE_FILE: 'other.yml' },
};
const { signal } = new AbortController();

let folder: string;
let programs: WatchedPrograms;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-compose-'));
});
afterEach(async () => {
  process.env['PATH'] = OWN_PATH;
  await rm(folder, { recursive: true });
});

/** Puts a docker client of the test's own onto the PATH. */
async function composeOf(script: string) {
  programs = await watchPrograms(folder, { docker: script });
  process.env['PATH'] = programs.path;
  return createCompose(folder);
}

function up(compose: ReturnType<typeof createCompose>, onLine: (line: string) => void = () => undefined) {
  return compose.up(FILE, '{"services":{}}', { timeoutMs: 10_000, signal, onLine });
}

describe('createCompose', () => {
  it('tells when the client has no compose, with the client’s own words', async () => {
    const compose = await composeOf(`echo "docker: 'compose' is not a docker command." >&2; exit 1`);
    await expect(compose.config(FILE, signal)).rejects.toMatchObject({
      code: 'TEST_COMPOSE_MISSING',
      message: expect.stringContaining("docker: 'compose' is not a docker command."),
      hint: expect.stringContaining('docker-compose-plugin'),
    });
  });

  it('tells what compose finds wrong with the file', async () => {
    const compose = await composeOf(
      `[ "$2" = version ] && exit 0; printf 'a warning\\nno such key: imagee\\n' >&2; exit 15`,
    );
    await expect(compose.config(FILE, signal)).rejects.toMatchObject({
      code: 'TEST_COMPOSE_FILE_INVALID',
      message: "The compose file 'compose.yml' cannot be used: no such key: imagee",
    });
  });

  it('tells why nothing was started, after all that compose has said', async () => {
    const said: string[] = [];
    const compose = await composeOf(`echo ' Container db Starting'; echo 'port is in use' >&2; exit 1`);
    await expect(up(compose, (line) => said.push(line))).rejects.toMatchObject({
      code: 'TEST_COMPOSE_FAILED',
      message: expect.stringMatching(/cannot be started: port is in use$/),
    });
    expect(said).toEqual(expect.arrayContaining([' Container db Starting', 'port is in use']));
  });

  it('gives the file its variables, on no command line, and leaves the client its own settings', async () => {
    await up(await composeOf('exit 0'));
    const [start] = await programs.starts();
    expect(start?.args).toEqual(
      expect.arrayContaining(['--project-name', 'slipway-test-1', '--file', '/work/compose.yml']),
    );
    expect(start?.args.join(' ')).not.toContain('canary');
    expect(start?.environment).toContain("WORD='canary-of-the-test'");
    expect(start?.environment).not.toMatch(/elsewhere|other\.yml/);
  });

  it('lays what it is given over the file, where nobody else can read it', async () => {
    await up(await composeOf('exit 0'));
    const overlay = path.join(folder, 'compose-override.json');
    expect(await readFile(overlay, 'utf8')).toBe('{"services":{}}');
    expect((await stat(overlay)).mode & 0o777).toBe(0o600);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BuildContext } from '../src/inputs.js';

/** Setting is everything around a run, and what the run left in it. */
export interface Setting {
  readonly context: BuildContext;
  readonly folder: string;
  /** Every line of the log, its kind first. */
  readonly log: string[];
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly summaries: string[];
  readonly cancel: (reason: Error) => void;
  close(): Promise<void>;
}

/** The commit of the settings' runs. */
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** makeSetting makes a workspace with a Dockerfile in `app`, and a context that remembers what is done with it. */
export async function makeSetting(inputs: Partial<BuildContext['inputs']> = {}): Promise<Setting> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-build-unit-'));
  await mkdir(path.join(folder, 'app'));
  await writeFile(path.join(folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY hello.txt /\n');
  const controller = new AbortController();
  const log: string[] = [];
  const outputs: Record<string, string> = {};
  const state: Record<string, string> = {};
  const summaries: string[] = [];
  const keep = (kind: string) => (message: string) => void log.push(`${kind} ${message}`);
  const context: BuildContext = {
    inputs: { ...defaultInputs(folder), ...inputs },
    log: {
      ...{ info: keep('info'), debug: keep('debug'), untrusted: keep('|') },
      warning: keep('warning'),
      error: (message, place) => void log.push(`error ${place?.file ?? ''}:${place?.startLine ?? ''} ${message}`),
      group: async (_title, body) => body(),
    },
    github: {
      ...{ workspace: folder, temp: path.join(folder, 'temp'), repository: 'example/web', sha: COMMIT },
      ...{
        ref: 'refs/heads/main',
        eventName: 'push',
        serverUrl: 'https://github.com',
        apiUrl: 'https://api.github.com',
        runId: '7',
        runAttempt: '1',
      },
    },
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    signal: controller.signal,
    environment: {},
    setOutput: (name, value) => void (outputs[name] = value),
    mask: () => undefined,
    saveState: (name, value) => void (state[name] = value),
    getState: (name) => state[name] ?? '',
    summarise: (markdown) => Promise.resolve(void summaries.push(markdown)),
    report: () => undefined,
  };
  const close = () => rm(folder, { recursive: true, force: true });
  return { context, folder, log, outputs, state, summaries, cancel: (reason) => controller.abort(reason), close };
}

function defaultInputs(folder: string): BuildContext['inputs'] {
  return {
    context: path.join(folder, 'app'),
    file: undefined,
    target: undefined,
    'build-args': {},
    'build-contexts': {},
    platforms: [],
    secrets: {},
    'secret-envs': {},
    'secret-files': {},
    ssh: [],
    annotations: {},
    'unit-test-target': undefined,
    reproducible: false,
    provenance: 'off',
    sbom: false,
    cache: 'auto',
    'cache-to': undefined,
    'cache-minutes': 2,
    'task-definition': undefined,
    labels: {},
    version: undefined,
    tags: [],
    'load-as': undefined,
    'oci-layout': undefined,
    builder: undefined,
    'builder-image': 'moby/buildkit:v0',
    'no-cache': false,
    pull: false,
    'skip-if-exists': false,
    repository: undefined,
    'aws-region': undefined,
    'role-to-assume': [],
    'role-session-name': undefined,
    'role-duration-seconds': 3600,
    'allowed-account-ids': [],
  };
}

/** NO_AWS stands for registries that nobody may ask, and no credentials for any. */
export const NO_AWS = {
  openRepository: () => Promise.reject(new Error('No registry was to be asked.')),
  ecr: () => Promise.reject(new Error('No credentials were to be asked for.')),
  asksHelper: () => Promise.reject(new Error('No credential helper was to be asked.')),
};

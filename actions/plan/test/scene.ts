import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runAction, startGitHubApi, type ActionEnd, type GitHubApiStandIn } from '@slipway/testkit';
import { WHOLE_STEP } from '../src/deliveries.js';

/** The commit that is planned, and the one that was delivered last. */
export const HEAD = 'a'.repeat(40);
export const BASE = 'b'.repeat(40);
const REPOSITORY = 'example/shop';
const TOKEN = 'ghs_the-token-of-the-job';

/** ALL are the services of MONOREPO. */
export const ALL = ['web', 'api', 'docs'];

/** PULL_REQUEST is the environment of a run on a pull request to main. */
export const PULL_REQUEST = {
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_REF: 'refs/pull/7/merge',
  GITHUB_REF_NAME: '7/merge',
  GITHUB_BASE_REF: 'main',
};

/** Scene is a checkout and a GitHub. */
export interface Scene {
  readonly github: GitHubApiStandIn;
  /** The checkout. */
  readonly folder: string;
  /** Starts the built action in the checkout, as a push to main unless the environment says otherwise. */
  plan(inputs?: Readonly<Record<string, string>>, environment?: Readonly<Record<string, string>>): Promise<ActionEnd>;
  /** What GitHub tells of the files that changed since the last delivery. */
  changed(files: readonly string[], status?: 'ahead' | 'diverged' | 'behind'): void;
  /** What was asked of GitHub: method, path and query. */
  asked(): readonly string[];
  write(configuration: string): Promise<void>;
  close(): Promise<void>;
}

/** openScene makes a checkout with a configuration, and a GitHub that has delivered it once. */
export async function openScene(configuration: string): Promise<Scene> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-plan-'));
  const github = await startGitHubApi({
    repository: REPOSITORY,
    tokens: { [TOKEN]: { actions: 'read', contents: 'read', deployments: 'read' }, limited: { contents: 'read' } },
  });
  const file = path.join(folder, '.github/slipway.yml');
  await mkdir(path.dirname(file));
  await writeFile(file, configuration);
  const run = { id: 1, path: '.github/workflows/deliver.yml', head_branch: 'main', head_sha: BASE };
  const jobs = { test: { 'npm test': 'success' }, 'deliver / plan': { [WHOLE_STEP]: 'success' } } as const;
  github.world.runs.push({ ...run, event: 'push', status: 'completed', conclusion: 'success', jobs });
  return {
    github,
    folder,
    plan: (inputs = {}, environment = {}) =>
      runAction({
        action: 'plan',
        inputs: { 'github-token': TOKEN, ...inputs },
        workspace: folder,
        temp: folder,
        environment: { ...pushToMain(github.url), ...environment },
      }),
    changed: (files, status = 'ahead') => {
      const listed = files.map((filename) => ({ filename, status: 'modified' }));
      github.world.comparisons.set(`${BASE}...${HEAD}`, { status, files: listed });
    },
    asked: () => github.calls.map(({ method, path: asked }) => `${method} ${asked}`),
    write: (text) => writeFile(file, text),
    close: async () => {
      await github.close();
      await rm(folder, { recursive: true });
    },
  };
}

function pushToMain(url: string): Readonly<Record<string, string>> {
  return {
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_SHA: HEAD,
    GITHUB_RUN_NUMBER: '2',
    GITHUB_WORKFLOW_REF: `${REPOSITORY}/.github/workflows/deliver.yml@refs/heads/main`,
  };
}

/** servicesIn names the services of a matrix that an action put out. */
export function servicesIn(matrix: string | undefined): readonly string[] {
  if (!matrix) return [];
  return (JSON.parse(matrix) as { include: { service: string }[] }).include.map(({ service }) => service);
}

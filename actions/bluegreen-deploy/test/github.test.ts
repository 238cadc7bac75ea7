import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE, digestOf, openScene, type Scene } from '@slipway/rehearsal';
import { startGitHubApi, type ActionEnd, type ActionStart, type GitHubApiStandIn } from '@slipway/testkit';

const TOKEN = 'ghs_0123456789abcdefghij';
const SHA = 'f00f00f00f00f00f00f00f00f00f00f00f00f00f';

let scene: Scene;
let gitHub: GitHubApiStandIn;
beforeAll(async () => {
  scene = await openScene();
}, 60_000);
afterAll(() => scene.close());
beforeEach(async () => {
  const tokens = {
    [TOKEN]: { deployments: 'write', statuses: 'write' },
    'ghs_reads-only': { contents: 'read' },
  } as const;
  gitHub = await startGitHubApi({ repository: 'example/hello-service', tokens });
});
afterEach(() => gitHub.close());

const run = async (action: string, inputs: Readonly<Record<string, string>>, start: Partial<ActionStart> = {}) => {
  const shown = { 'github-deployment': 'true', 'github-environment': 'staging', 'github-token': TOKEN };
  const where = { cluster: 'staging', service: SERVICE, 'poll-interval-seconds': '10' };
  const environment = { ...scene.aws.environment, GITHUB_API_URL: gitHub.url, GITHUB_SHA: SHA, GITHUB_RUN_ID: '4711' };
  return scene.run(action, { ...where, ...shown, ...inputs }, { environment, ...start });
};

const deploy = async (behaviour: string, inputs: Readonly<Record<string, string>> = {}, start?: Partial<ActionStart>) =>
  run(
    'bluegreen-deploy',
    { 'task-definition': await scene.register(behaviour), 'prove-drained': 'off', ...inputs },
    start,
  );

const outcome = ({ outputs, exitCode }: ActionEnd) => ({ outcome: outputs['outcome'], exitCode });
const GOOD = { outcome: 'succeeded', exitCode: 0 };
const states = (at: number) => gitHub.world.deployments[at]?.statuses.map(({ state }) => state) ?? [];
const commit = () => gitHub.world.commitStatuses.map(({ state }) => state);
const warnings = ({ commands }: ActionEnd) =>
  commands.filter(({ name }) => name === 'warning').map(({ message }) => message);

/** Sends a signal once the deployment was told to GitHub. */
function signalled(signal: NodeJS.Signals): Partial<ActionStart> {
  let pid = 0;
  return {
    onStart: (started) => (pid = started),
    onLine: (line) => void (/production traffic 100 %/.test(line) && process.kill(pid, signal)),
  };
}

describe('a deployment in GitHub', () => {
  it('follows the stages, links to the run, and takes the place of the one before of its service alone', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const other = { ref: SHA, environment: 'staging', task: 'deploy:other', required_contexts: [] };
    const api = `${gitHub.url}/repos/example/hello-service/deployments`;
    await fetch(api, { method: 'POST', headers, body: JSON.stringify(other) });
    await fetch(`${api}/1001/statuses`, { method: 'POST', headers, body: JSON.stringify({ state: 'success' }) });
    const end = await deploy('second', { 'environment-url': 'https://staging.example.com' });
    expect([outcome(end), warnings(end)]).toEqual([GOOD, []]);
    const [, ours] = gitHub.world.deployments;
    expect(ours).toMatchObject({
      ...{ ref: SHA, environment: 'staging', task: 'deploy:hello-service' },
      payload: { cluster: 'staging', service: SERVICE, taskDefinition: 'hello-service:2', digest: digestOf('second') },
    });
    expect(states(1)[0]).toBe('in_progress');
    expect(states(1).at(-1)).toBe('success');
    expect(ours?.statuses.map(({ description }) => description).join('\n')).toMatch(
      /production traffic 100 %[^]*succeeded/,
    );
    expect(ours?.statuses.at(-1)).toMatchObject({
      log_url: 'https://github.com/example/hello-service/actions/runs/4711/attempts/1',
      environment_url: 'https://staging.example.com',
    });
    expect([commit()[0], commit().at(-1)]).toEqual(['pending', 'success']);
    expect(gitHub.world.commitStatuses[0]).toMatchObject({ sha: SHA, context: 'slipway/staging/hello-service' });
    const post = await run(
      'bluegreen-deploy',
      { 'task-definition': 'hello-service:2' },
      { phase: 'post', state: end.state },
    );
    expect([post.exitCode, gitHub.world.deployments.length, states(1).at(-1)]).toEqual([0, 2, 'success']);

    const back = await run('rollback', {});
    expect(outcome(back)).toEqual(GOOD);
    expect(commit().at(-1)).toBe('failure');
    expect([states(0).at(-1), states(1).at(-1), states(2).at(-1)]).toEqual(['success', 'inactive', 'success']);
    const sinks = [end, back].flatMap(({ stdout, stderr, summary, state, outputs, report }) => [
      stdout.replaceAll(`::add-mask::${TOKEN}`, ''),
      JSON.stringify({ stderr, summary, state, outputs, report }),
    ]);
    expect(sinks.join('\n')).not.toContain(TOKEN);
  }, 60_000);

  it('is of the commit that is deployed, and a rollback of the one that it goes back to', async () => {
    const [promoted, pressed] = ['d'.repeat(40), 'e'.repeat(40)];
    for (const sha of [SHA, promoted, pressed]) gitHub.world.refs.set(sha, sha);
    const shas = () => gitHub.world.deployments.map(({ sha }) => sha);
    expect(outcome(await deploy('promoted', { 'github-commit': promoted }))).toEqual(GOOD);
    expect(outcome(await deploy('foreign', { 'github-commit': 'f'.repeat(40) }))).toEqual(GOOD);
    expect(shas()).toEqual([promoted, SHA]);
    expect(new Set(gitHub.world.commitStatuses.map(({ sha }) => sha))).toEqual(new Set([promoted, SHA]));
    const environment = {
      ...scene.aws.environment,
      GITHUB_API_URL: gitHub.url,
      GITHUB_SHA: pressed,
      GITHUB_RUN_ID: '9',
    };
    expect(outcome(await run('rollback', {}, { environment }))).toEqual(GOOD);
    expect(shas()).toEqual([promoted, SHA, promoted]);
    expect(gitHub.world.deployments.map(({ payload }) => payload)).toMatchObject([{}, {}, { goesBack: 'true' }]);
    expect(gitHub.world.deployments[1]?.payload).not.toHaveProperty('goesBack');
    const last = (sha: string) => gitHub.world.commitStatuses.findLast((status) => status.sha === sha);
    expect(last(promoted)).toMatchObject({ state: 'success' });
    // What was left shows that it was; the commit that the button ran from has no part in it.
    expect(last(SHA)).toMatchObject({
      state: 'failure',
      description: expect.stringMatching(/^Taken back: hello-service:\d+ serves\.$/),
    });
    expect(last(pressed)).toBeUndefined();
  }, 60_000);

  it.each([
    ['the deployment is taken back', 'never-healthy', {}],
    ['the run is cancelled', 'cancelled', signalled('SIGINT')],
  ])(
    'is a failure when %s',
    async (_title, behaviour, start) => {
      const end = await deploy(behaviour, {}, start);
      expect(end.outputs['outcome']).toBe('rolled-back');
      expect([states(0).at(-1), commit().at(-1)]).toEqual(['failure', 'failure']);
      expect(gitHub.world.deployments[0]?.statuses.at(-1)?.description).toBe('rolled-back: DEPLOY_ROLLED_BACK');
    },
    60_000,
  );

  it('gets its end from post when main was killed', async () => {
    const main = await deploy('killed', {}, signalled('SIGKILL'));
    expect(states(0).at(-1)).toBe('in_progress');
    const post = await run(
      'bluegreen-deploy',
      { 'task-definition': 'hello-service:1' },
      { phase: 'post', state: main.state },
    );
    expect(post.exitCode).toBe(0);
    expect([gitHub.world.deployments.length, states(0).at(-1), commit().at(-1)]).toEqual([1, 'failure', 'failure']);
  }, 60_000);
});

describe('a GitHub that does not work', () => {
  it.each([
    ['answers 500', { kind: 'status', status: 500 } as const],
    ['hangs', { kind: 'hang' } as const],
  ])(
    'and %s: the deployment succeeds, a warning says so, and post tells the end once it works',
    async (_title, fault) => {
      gitHub.faults.add(fault);
      const end = await deploy(`outage-${fault.kind}`);
      expect(outcome(end)).toEqual(GOOD);
      expect(warnings(end).filter((text) => text.includes('GITHUB_API_UNAVAILABLE')).length).toBeGreaterThan(0);
      expect(warnings(end).length).toBeLessThanOrEqual(2);
      gitHub.faults.clear();
      const post = await run(
        'bluegreen-deploy',
        { 'task-definition': 'hello-service:1' },
        { phase: 'post', state: end.state },
      );
      expect([post.exitCode, states(0), commit()]).toEqual([0, ['success'], ['success']]);
    },
    60_000,
  );

  it('or refuses: the permissions are named, once each, and nothing more is asked', async () => {
    const end = await deploy('denied', { 'github-token': 'ghs_reads-only' });
    expect(outcome(end)).toEqual(GOOD);
    expect(warnings(end).join('\n')).toMatch(/'deployments: write'[^]*'statuses: write'/);
    expect(warnings(end)).toHaveLength(2);
    expect(gitHub.calls.map(({ status }) => status)).toEqual([403, 403]);
  }, 60_000);
});

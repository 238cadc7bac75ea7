import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startGitHubApi, type GitHubApiStandIn } from '../src/index.js';

const WRITE = { deployments: 'write', statuses: 'write', issues: 'write', actions: 'read', contents: 'read' } as const;

let gitHub: GitHubApiStandIn;
beforeEach(async () => {
  gitHub = await startGitHubApi({ repository: 'acme/shop', tokens: { all: WRITE } });
});
afterEach(() => gitHub.close());

async function ask(method: string, path: string, body?: object) {
  const headers = { authorization: 'Bearer all' };
  const init = body ? { method, headers, body: JSON.stringify(body) } : { method, headers };
  const answer = await fetch(`${gitHub.url}/repos/acme/shop/${path}`, init);
  const text = await answer.text();
  return {
    status: answer.status,
    link: answer.headers.get('link'),
    data: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

async function deploy(environment: string, more: object = {}): Promise<number> {
  const { data } = await ask('POST', 'deployments', { ref: 'f00', environment, required_contexts: [], ...more });
  return (data as { readonly id: number }).id;
}

const states = () => gitHub.world.deployments.map((one) => gitHub.world.stateOf(one));

describe('deployments', () => {
  it.each([
    [{ ref: '' }, 422],
    [{ ref: 'f00', task: 'x'.repeat(129) }, 422],
    [{ ref: 'f00', environment: '' }, 422],
    [{ ref: 'f00', description: 'x'.repeat(141) }, 422],
    [{ ref: 'f00', required_contexts: ['ci'] }, 409],
    [{ ref: 'f00' }, 201],
  ])('%j is answered with %d', async (body, status) => {
    expect((await ask('POST', 'deployments', body)).status).toBe(status);
  });

  it('a ref that does not exist is refused where refs are known', async () => {
    gitHub.world.refs.set('main', 'f00');
    expect((await ask('POST', 'deployments', { ref: 'gone' })).status).toBe(422);
    const { data } = await ask('POST', 'deployments', { ref: 'main' });
    expect(data).toMatchObject({ sha: 'f00', ref: 'main', task: 'deploy' });
  });

  it('a success makes the earlier ones of its environment inactive: those that succeeded, and are not production', async () => {
    const [first, failed, other] = [await deploy('staging'), await deploy('staging'), await deploy('dev')];
    for (const id of [first, other]) await ask('POST', `deployments/${id}/statuses`, { state: 'success' });
    await ask('POST', `deployments/${failed}/statuses`, { state: 'failure' });
    await ask('POST', `deployments/${await deploy('staging')}/statuses`, { state: 'success' });
    expect(states()).toEqual(['inactive', 'failure', 'success', 'success']);
    const [one, two] = [await deploy('production'), await deploy('production')];
    for (const id of [one, two]) await ask('POST', `deployments/${id}/statuses`, { state: 'success' });
    await ask('POST', `deployments/${await deploy('staging')}/statuses`, { state: 'success', auto_inactive: false });
    expect(states().slice(3)).toEqual(['success', 'success', 'success', 'success']);
  });

  it.each([{ state: 'done' }, { state: 'success', log_url: 'no' }, { state: 'success', description: 'x'.repeat(141) }])(
    'the status %j is invalid',
    async (body) => {
      expect((await ask('POST', `deployments/${await deploy('dev')}/statuses`, body)).status).toBe(422);
    },
  );

  it('an active one is not deleted, unless it is alone', async () => {
    const first = await deploy('dev');
    expect((await ask('DELETE', `deployments/${first}`)).status).toBe(204);
    const [one] = [await deploy('dev'), await deploy('dev')];
    expect((await ask('DELETE', `deployments/${one}`)).status).toBe(422);
    await ask('POST', `deployments/${one}/statuses`, { state: 'inactive' });
    expect((await ask('DELETE', `deployments/${one}`)).status).toBe(204);
  });

  it('lists the newest first, by filters, page by page', async () => {
    for (let at = 0; at < 5; at += 1) await deploy('dev', { task: at % 2 === 0 ? 'even' : 'odd' });
    const first = await ask('GET', 'deployments?task=even&per_page=2');
    expect((first.data as { readonly id: number }[]).map(({ id }) => id)).toEqual([1005, 1003]);
    expect(first.link).toContain('page=2>; rel="next"');
    const second = await ask('GET', 'deployments?task=even&per_page=2&page=2');
    expect((second.data as { readonly id: number }[]).map(({ id }) => id)).toEqual([1001]);
    expect(second.link).toContain('page=1>; rel="prev"');
    expect((await ask('GET', 'environments')).data).toMatchObject({ total_count: 1, environments: [{ name: 'dev' }] });
  });
});

it('the status of a commit is what its contexts come to', async () => {
  for (const [context, state] of [
    ['a', 'failure'],
    ['a', 'success'],
    ['b', 'pending'],
  ]) {
    expect((await ask('POST', 'statuses/f00', { context, state })).status).toBe(201);
  }
  expect((await ask('GET', 'commits/f00/status')).data).toMatchObject({ state: 'pending', total_count: 2 });
  expect((await ask('POST', 'statuses/f00', { state: 'in_progress' })).status).toBe(422);
  expect((await ask('GET', 'commits/f00/statuses')).data).toHaveLength(3);
});

it('comments are added, changed and taken away', async () => {
  const { data } = await ask('POST', 'issues/7/comments', { body: 'plan' });
  const { id } = data as { readonly id: number };
  await ask('PATCH', `issues/comments/${id}`, { body: 'plan 2' });
  expect((await ask('GET', 'issues/7/comments')).data).toMatchObject([{ body: 'plan 2' }]);
  expect((await ask('POST', 'issues/7/comments', { body: '' })).status).toBe(422);
  await ask('DELETE', `issues/comments/${id}`);
  expect((await ask('GET', 'issues/7/comments')).data).toEqual([]);
});

it('runs are found by workflow, branch, event and conclusion; comparisons by their commits', async () => {
  const run = { path: '.github/workflows/deliver.yml', head_branch: 'main', event: 'push', status: 'completed' };
  gitHub.world.runs.push(
    { id: 2, head_sha: 'b', conclusion: 'failure', ...run },
    { id: 1, head_sha: 'a', conclusion: 'success', ...run },
  );
  const found = await ask('GET', 'actions/workflows/deliver.yml/runs?branch=main&event=push&status=success&per_page=1');
  expect(found.data).toMatchObject({ total_count: 1, workflow_runs: [{ id: 1 }] });
  expect((await ask('GET', 'actions/workflows/other.yml/runs')).data).toMatchObject({ total_count: 0 });
  const files = Array.from({ length: 301 }, (_, at) => ({ filename: `${at}`, status: 'modified' }));
  gitHub.world.comparisons.set('a...b', { status: 'ahead', files });
  expect((await ask('GET', 'compare/a...b')).data).toMatchObject({ status: 'ahead', files: files.slice(0, 300) });
  expect((await ask('GET', 'compare/a...c')).status).toBe(404);
});

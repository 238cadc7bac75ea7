import { countedPageOf, invalid, pageOf, refusal, type Answer, type Asked } from './answer.js';
import type { Route } from './route.js';
import type { Comment, World, WorkflowRun } from './world.js';

/** GitHub lists no more of the files of a comparison, however many pages are asked for. */
const MAX_COMPARED_FILES = 300;

/** REPOSITORY_ROUTES are environments, comments, workflow runs and comparisons. */
export const REPOSITORY_ROUTES: readonly Route[] = [
  { method: 'GET', path: 'environments', needs: ['actions', 'read'], answer: environments },
  { method: 'GET', path: 'environments/:name', needs: ['actions', 'read'], answer: environment },
  { method: 'POST', path: 'issues/:issue/comments', needs: ['issues', 'write'], answer: addComment },
  { method: 'GET', path: 'issues/:issue/comments', needs: ['issues', 'read'], answer: comments },
  { method: 'PATCH', path: 'issues/comments/:id', needs: ['issues', 'write'], answer: withComment(changeComment) },
  { method: 'DELETE', path: 'issues/comments/:id', needs: ['issues', 'write'], answer: withComment(removeComment) },
  { method: 'GET', path: 'actions/workflows/:workflow/runs', needs: ['actions', 'read'], answer: runs },
  { method: 'GET', path: 'actions/runs', needs: ['actions', 'read'], answer: runs },
  { method: 'GET', path: 'actions/runs/:id', needs: ['actions', 'read'], answer: run },
  { method: 'GET', path: 'actions/runs/:id/jobs', needs: ['actions', 'read'], answer: jobs },
  { method: 'GET', path: 'compare/:basehead', needs: ['contents', 'read'], answer: compare },
];

function environments(world: World, asked: Asked): Answer {
  return countedPageOf('environments', [...world.environments].map(shownEnvironment), asked);
}

function environment(world: World, { parts }: Asked): Answer {
  const name = parts['name'] ?? '';
  return world.environments.has(name) ? { status: 200, body: shownEnvironment(name) } : refusal(404, 'Not Found');
}

function shownEnvironment(name: string) {
  return { name, protection_rules: [], deployment_branch_policy: null };
}

function addComment(world: World, { parts, body }: Asked): Answer {
  const text = body['body'];
  if (typeof text !== 'string' || text === '') return invalid('IssueComment', 'body', 'missing_field');
  const user = { login: 'github-actions[bot]', type: 'Bot' };
  const comment = { id: world.nextId(), issue: Number(parts['issue']), body: text, user, created_at: world.time() };
  world.comments.push(comment);
  return { status: 201, body: comment };
}

function comments(world: World, asked: Asked): Answer {
  return pageOf(
    world.comments.filter(({ issue }) => String(issue) === asked.parts['issue']),
    asked,
  );
}

function changeComment(_world: World, comment: Comment, { body }: Asked): Answer {
  const text = body['body'];
  if (typeof text !== 'string' || text === '') return invalid('IssueComment', 'body', 'missing_field');
  comment.body = text;
  return { status: 200, body: comment };
}

function removeComment(world: World, comment: Comment): Answer {
  world.comments.splice(world.comments.indexOf(comment), 1);
  return { status: 204 };
}

function withComment(answer: (world: World, comment: Comment, asked: Asked) => Answer): Route['answer'] {
  return (world, asked) => {
    const found = world.comments.find(({ id }) => String(id) === asked.parts['id']);
    return found ? answer(world, found, asked) : refusal(404, 'Not Found');
  };
}

function jobs(world: World, asked: Asked): Answer {
  const found = world.runs.find(({ id }) => String(id) === asked.parts['id']);
  if (!found) return refusal(404, 'Not Found');
  const shown = Object.entries(found.jobs ?? {}).map(([name, steps], at) => ({
    ...{ id: found.id * 100 + at, run_id: found.id, name, status: found.status, conclusion: found.conclusion },
    steps: Object.entries(steps).map(([step, conclusion], index) => {
      return { name: step, number: index + 1, status: 'completed', conclusion };
    }),
  }));
  return countedPageOf('jobs', shown, asked);
}

function runs(world: World, asked: Asked): Answer {
  const { query, parts } = asked;
  const status = query.get('status');
  const isWanted = (one: WorkflowRun): boolean =>
    [one.path.split('/').at(-1), String(one.id), undefined].includes(parts['workflow']) &&
    [one.head_branch, null].includes(query.get('branch')) &&
    [one.event, null].includes(query.get('event')) &&
    [one.head_sha, null].includes(query.get('head_sha')) &&
    // GitHub takes a conclusion for a status too.
    (status === null || one.status === status || one.conclusion === status);
  return countedPageOf('workflow_runs', world.runs.filter(isWanted).map(shownRun), asked);
}

function run(world: World, { parts }: Asked): Answer {
  const found = world.runs.find(({ id }) => String(id) === parts['id']);
  return found ? { status: 200, body: shownRun(found) } : refusal(404, 'Not Found');
}

function shownRun(run: WorkflowRun) {
  return { run_number: run.id, ...run };
}

function compare(world: World, { parts, query }: Asked): Answer {
  const found = world.comparisons.get(parts['basehead'] ?? '');
  if (!found) return refusal(404, 'Not Found');
  const isFirst = (query.get('page') ?? '1') === '1';
  const files = isFirst ? found.files.slice(0, MAX_COMPARED_FILES) : [];
  return { status: 200, body: { ...found, files, total_commits: found.status === 'identical' ? 0 : 1 } };
}

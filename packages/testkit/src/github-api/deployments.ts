import { invalid, pageOf, refusal, type Answer, type Asked } from './answer.js';
import type { Route } from './route.js';
import type { Deployment, World } from './world.js';

/** In GitHub's order. */
const STATES: readonly unknown[] = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];
const MAX_DESCRIPTION = 140;

/** DEPLOYMENT_ROUTES are deployments and their statuses. @see https://docs.github.com/rest/deployments */
export const DEPLOYMENT_ROUTES: readonly Route[] = [
  { method: 'POST', path: 'deployments', needs: ['deployments', 'write'], answer: create },
  { method: 'GET', path: 'deployments', needs: ['deployments', 'read'], answer: list },
  { method: 'GET', path: 'deployments/:id', needs: ['deployments', 'read'], answer: withDeployment(show) },
  { method: 'DELETE', path: 'deployments/:id', needs: ['deployments', 'write'], answer: withDeployment(remove) },
  {
    method: 'POST',
    path: 'deployments/:id/statuses',
    needs: ['deployments', 'write'],
    answer: withDeployment(addStatus),
  },
  { method: 'GET', path: 'deployments/:id/statuses', needs: ['deployments', 'read'], answer: withDeployment(statuses) },
];

function create(world: World, { body }: Asked): Answer {
  const { ref, task = 'deploy', environment = 'production', description = null } = body;
  if (typeof ref !== 'string' || ref === '') return invalid('Deployment', 'ref', 'missing_field');
  if (typeof task !== 'string' || task.length > 128) return invalid('Deployment', 'task');
  if (typeof environment !== 'string' || environment === '') return invalid('Deployment', 'environment');
  if (isTooLong(description)) return invalid('Deployment', 'description', 'too_long');
  const sha = world.commitOf(ref);
  if (sha === undefined) return refusal(422, `No ref found for: ${ref}`);
  if (failingContexts(world, sha, body['required_contexts']).length > 0) {
    return refusal(409, `Conflict: Commit status checks failed for ${ref}.`);
  }
  const now = world.time();
  const deployment: Deployment = {
    id: world.nextId(),
    ...{ sha, ref, task, environment },
    original_environment: environment,
    payload: body['payload'] ?? {},
    description: description as string | null,
    transient_environment: body['transient_environment'] === true,
    production_environment: (body['production_environment'] ?? environment === 'production') === true,
    created_at: now,
    updated_at: now,
    statuses: [],
  };
  world.deployments.push(deployment);
  world.environments.add(environment);
  return { status: 201, body: shown(world, deployment) };
}

/** Without `required_contexts` all contexts of the commit have to be green; an empty list asks for none. */
function failingContexts(world: World, sha: string, required: unknown): readonly string[] {
  const newest = new Map(world.commitStatuses.filter((status) => status.sha === sha).map((s) => [s.context, s.state]));
  const contexts = Array.isArray(required) ? (required as string[]) : [...newest.keys()];
  return contexts.filter((context) => newest.get(context) !== 'success');
}

function list(world: World, asked: Asked): Answer {
  const filters = ['sha', 'ref', 'task', 'environment'] as const;
  const wanted = filters.filter((name) => (asked.query.get(name) ?? 'none') !== 'none');
  const found = world.deployments.filter((one) => wanted.every((name) => one[name] === asked.query.get(name)));
  return pageOf(
    found.reverse().map((one) => shown(world, one)),
    asked,
  );
}

function show(world: World, deployment: Deployment): Answer {
  return { status: 200, body: shown(world, deployment) };
}

function remove(world: World, deployment: Deployment): Answer {
  const alone = world.deployments.filter(({ environment }) => environment === deployment.environment).length === 1;
  if (!alone && world.stateOf(deployment) !== 'inactive') {
    return refusal(
      422,
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    );
  }
  world.deployments.splice(world.deployments.indexOf(deployment), 1);
  return { status: 204 };
}

function addStatus(world: World, deployment: Deployment, { body }: Asked): Answer {
  const { state, description = '', environment = deployment.environment } = body;
  if (!STATES.includes(state)) return invalid('DeploymentStatus', 'state');
  if (isTooLong(description)) return invalid('DeploymentStatus', 'description', 'too_long');
  for (const name of ['log_url', 'target_url', 'environment_url']) {
    if (!isAddress(body[name])) return invalid('DeploymentStatus', name);
  }
  deployment.environment = String(environment);
  const status = push(world, deployment, {
    state: String(state),
    description: String(description),
    log_url: (body['log_url'] ?? body['target_url'] ?? '') as string,
    environment_url: (body['environment_url'] ?? '') as string,
  });
  if (body['auto_inactive'] !== false && state === 'success') retire(world, deployment);
  return { status: 201, body: { ...status, deployment_url: addressOf(world, deployment) } };
}

function push(
  world: World,
  deployment: Deployment,
  fields: {
    readonly state: string;
    readonly description: string;
    readonly log_url: string;
    readonly environment_url: string;
  },
) {
  const status = { id: world.nextId(), ...fields, environment: deployment.environment, created_at: world.time() };
  deployment.statuses.push(status);
  deployment.updated_at = status.created_at;
  return status;
}

/**
 * `auto_inactive` "adds a new inactive status to all prior non-transient, non-production environment deployments with the
 * same repository and environment name"; "only to deployments that had a success state".
 */
function retire(world: World, latest: Deployment): void {
  for (const one of world.deployments) {
    const isOther = one !== latest && one.environment === latest.environment && one.id < latest.id;
    const stays = one.transient_environment || one.production_environment || world.stateOf(one) !== 'success';
    if (isOther && !stays) push(world, one, { state: 'inactive', description: '', log_url: '', environment_url: '' });
  }
}

function statuses(_world: World, deployment: Deployment, asked: Asked): Answer {
  return pageOf([...deployment.statuses].reverse(), asked);
}

function withDeployment(answer: (world: World, deployment: Deployment, asked: Asked) => Answer): Route['answer'] {
  return (world, asked) => {
    const found = world.deployments.find(({ id }) => String(id) === asked.parts['id']);
    return found ? answer(world, found, asked) : refusal(404, 'Not Found');
  };
}

function shown(world: World, { statuses: _, ...deployment }: Deployment) {
  const url = addressOf(world, deployment);
  return { ...deployment, url, statuses_url: `${url}/statuses`, creator: { login: 'github-actions[bot]' } };
}

function addressOf({ repository }: World, { id }: Pick<Deployment, 'id'>): string {
  return `https://api.github.com/repos/${repository}/deployments/${id}`;
}

function isTooLong(description: unknown): boolean {
  return typeof description === 'string' && description.length > MAX_DESCRIPTION;
}

function isAddress(value: unknown): boolean {
  return value === undefined || value === '' || (typeof value === 'string' && /^https?:\/\//.test(value));
}

import { invalid, pageOf, refusal, type Answer, type Asked } from './answer.js';
import type { Route } from './route.js';
import type { CommitStatus, World } from './world.js';

const STATES: readonly unknown[] = ['error', 'failure', 'pending', 'success'];

/** COMMIT_ROUTES are the statuses of commits. @see https://docs.github.com/rest/commits/statuses */
export const COMMIT_ROUTES: readonly Route[] = [
  { method: 'POST', path: 'statuses/:sha', needs: ['statuses', 'write'], answer: create },
  { method: 'GET', path: 'commits/:ref/statuses', needs: ['statuses', 'read'], answer: list },
  { method: 'GET', path: 'commits/:ref/status', needs: ['statuses', 'read'], answer: combined },
];

function create(world: World, { parts, body }: Asked): Answer {
  const { state, context = 'default', description = null, target_url: target = null } = body;
  if (!STATES.includes(state)) return invalid('Status', 'state', 'custom');
  if (typeof description === 'string' && description.length > 140) return invalid('Status', 'description', 'too_long');
  if (typeof target === 'string' && !/^https?:\/\//.test(target)) return invalid('Status', 'target_url');
  const sha = world.commitOf(parts['sha'] ?? '');
  if (sha === undefined) return refusal(422, `No commit found for SHA: ${parts['sha']}`);
  const status: CommitStatus = {
    id: world.nextId(),
    sha,
    state: String(state),
    context: String(context),
    description: description as string | null,
    target_url: target as string | null,
    created_at: world.time(),
  };
  world.commitStatuses.push(status);
  return { status: 201, body: status };
}

function list(world: World, asked: Asked): Answer {
  return pageOf(statusesOf(world, asked).reverse(), asked);
}

/** The newest status of each context, and what they come to together. */
function combined(world: World, asked: Asked): Answer {
  const newest = [...new Map(statusesOf(world, asked).map((status) => [status.context, status])).values()];
  const states = newest.map(({ state }) => state);
  const isBad = states.some((state) => state === 'error' || state === 'failure');
  const isGood = states.length > 0 && states.every((state) => state === 'success');
  const state = isBad ? 'failure' : isGood ? 'success' : 'pending';
  return { status: 200, body: { state, total_count: newest.length, statuses: newest } };
}

function statusesOf(world: World, { parts }: Asked): CommitStatus[] {
  const sha = world.commitOf(parts['ref'] ?? '');
  return world.commitStatuses.filter((status) => status.sha === sha);
}

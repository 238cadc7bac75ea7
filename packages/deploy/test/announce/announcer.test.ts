import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { systemClock, type GitHubApi } from '@slipway/runtime';
import { Announcer } from '../../src/announce/announcer.js';
import { MemoryLog } from '../gates/world.js';

/** The deployment before, which another commit brought. */
const BEFORE = { id: 6, sha: 'e'.repeat(40), payload: {} };

/** A GitHub that takes everything but what `refuses` throws at: what was asked of it, and with what state. */
function gitHub(
  left: () => number | undefined,
  before: readonly object[] = [BEFORE],
  refuses: (route: string, values: Asked) => void = () => undefined,
) {
  const asked: string[] = [];
  const all: Asked[] = [];
  const answer = (route: string): unknown => {
    if (route.startsWith('POST')) return { id: 7 };
    return route.endsWith('/statuses') ? [{ state: 'success' }] : before;
  };
  const request = async (route: string, values: Asked) => {
    asked.push([route.replace(/\/repos\/\{owner\}\/\{repo\}/, ''), values.state].filter(Boolean).join(' '));
    all.push(values);
    await Promise.resolve();
    refuses(route, values);
    return { data: answer(route) };
  };
  return { asked, all, api: { request, requestsLeft: left } as unknown as GitHubApi };
}

/** The part of a request that is looked at. */
interface Asked {
  readonly state?: string;
  readonly sha?: string;
  readonly deployment_id?: number;
}

const OWN = 'f'.repeat(40);

function announcerAt(api: GitHubApi, of: { readonly isReturn?: boolean; readonly commit?: string } = {}) {
  return new Announcer({
    ...{ api, clock: systemClock, log: new MemoryLog(), saveState: () => undefined },
    subject: {
      ...{ owner: 'acme', repo: 'shop', environment: 'live', service: 'web', task: 'deploy:web', isReturn: false },
      ...{ ref: OWN, logUrl: 'https://github.com/acme/shop/actions/runs/1', payload: { run: '1.1' } },
      ...of,
    },
  });
}

async function announce(left: () => number | undefined) {
  const { api, asked } = gitHub(left);
  const announcer = announcerAt(api);
  announcer.begun('web:42', undefined);
  for (const stage of ['SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME']) {
    await setImmediate();
    announcer.stage(stage);
  }
  await setImmediate();
  await announcer.ended('succeeded');
  return asked;
}

const STATUS = 'POST /deployments/{deployment_id}/statuses';

describe('a deployment in GitHub', () => {
  it('tells each stage while there are requests enough, and from then on only its end', async () => {
    const stages = async (left: () => number | undefined) =>
      (await announce(left)).filter((call) => call === `${STATUS} in_progress`).length - 1;
    let more = 502;
    expect(await Promise.all([stages(() => undefined), stages(() => 500), stages(() => 499)])).toEqual([4, 4, 0]);
    expect(await stages(() => (more -= 1))).toBe(2);
  });

  it('asks for eight things at least, however many stages it has', async () => {
    expect((await announce(() => 0)).sort()).toEqual(
      [
        ...['POST /deployments', `${STATUS} in_progress`, `${STATUS} success`, `${STATUS} inactive`],
        ...['GET /deployments', 'GET /deployments/{deployment_id}/statuses'],
        ...['POST /statuses/{sha} pending', 'POST /statuses/{sha} success'],
      ].sort(),
    );
  });
});

describe('a status of the commit', () => {
  it.each([
    ['unchanged', 'success'],
    ['refused', 'failure'],
    ['failed', 'failure'],
  ] as const)('is there when nothing was begun: %s', async (outcome, state) => {
    const { api, asked, all } = gitHub(() => undefined);
    await announcerAt(api).ended(outcome);
    expect(asked).toEqual([`POST /statuses/{sha} ${state}`]);
    expect(all).toMatchObject([{ sha: OWN }]);
  });

  it('is told of no commit when nothing was gone back to', async () => {
    const { api, asked } = gitHub(() => undefined);
    await announcerAt(api, { isReturn: true, commit: 'd'.repeat(40) }).ended('refused');
    expect(asked).toEqual([]);
  });

  it("is never told of the run's own commit when the one that is gone back to is not to be had", async () => {
    const gone = 'd'.repeat(40);
    const { api, asked, all } = gitHub(
      () => undefined,
      [],
      (route) => {
        if (!route.includes('/statuses/{sha}')) return;
        throw new SlipwayError({ code: 'GITHUB_API_REFUSED', message: 'No commit found.', hint: 'Look for it.' });
      },
    );
    const announcer = announcerAt(api, { isReturn: true, commit: gone });
    announcer.begun('web:41', undefined);
    await announcer.ended('succeeded');
    const statuses = all.filter((_, at) => asked[at]?.includes('/statuses/{sha}'));
    expect(new Set(statuses.map(({ sha }) => sha))).toEqual(new Set([gone]));
  });
});

describe('a deployment whose making may have failed', () => {
  it('is not taken for that of the delivery of the same run', async () => {
    const delivery = { id: 6, sha: OWN, payload: { run: '1.1', taskDefinition: 'web:42' } };
    let creations = 0;
    const { api, all } = gitHub(
      () => undefined,
      [delivery],
      (route) => {
        if (!route.startsWith('POST') || !route.endsWith('/deployments') || (creations += 1) > 1) return;
        throw new SlipwayError({ code: 'GITHUB_API_UNAVAILABLE', message: '502', hint: 'Wait.', retryable: true });
      },
    );
    const announcer = announcerAt(api, { isReturn: true, commit: 'd'.repeat(40) });
    announcer.begun('web:41', undefined);
    // Else its end would take the place of its begin.
    await setImmediate();
    await announcer.ended('succeeded');
    expect(creations).toBe(2);
    expect(all.filter(({ state }) => state === 'in_progress')).not.toMatchObject([{ deployment_id: 6 }]);
    expect(all).toContainEqual(expect.objectContaining({ deployment_id: 7, state: 'success' }));
  });
});

import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { systemClock, type GitHubApi } from '@slipway/runtime';
import { Announcer } from '../../src/announce/announcer.js';
import { MemoryLog } from '../gates/world.js';

/** A GitHub that takes everything: what was asked of it, and with what state. */
function gitHub(left: () => number | undefined) {
  const asked: string[] = [];
  const before = [{ id: 6, sha: 'e'.repeat(40), payload: {} }];
  const answer = (route: string): unknown => {
    if (route.startsWith('POST')) return { id: 7 };
    return route.endsWith('/statuses') ? [{ state: 'success' }] : before;
  };
  const request = (route: string, { state }: { readonly state?: string }) => {
    asked.push([route.replace(/\/repos\/\{owner\}\/\{repo\}/, ''), state].filter(Boolean).join(' '));
    return Promise.resolve({ data: answer(route) });
  };
  return { asked, api: { request, requestsLeft: left } as unknown as GitHubApi };
}

async function announce(left: () => number | undefined) {
  const { api, asked } = gitHub(left);
  const announcer = new Announcer({
    ...{ api, clock: systemClock, log: new MemoryLog(), saveState: () => undefined },
    subject: {
      ...{ owner: 'acme', repo: 'shop', environment: 'live', service: 'web', task: 'deploy:web', isReturn: false },
      ...{ ref: 'f'.repeat(40), logUrl: 'https://github.com/acme/shop/actions/runs/1', payload: { run: '1.1' } },
    },
  });
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

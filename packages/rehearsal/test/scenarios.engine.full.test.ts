import { describe, expect, it } from '@jest/globals';
import { leftovers, play } from './play.js';

describe('a rehearsal of what goes wrong', () => {
  it('gives a version no traffic that never gets healthy', async () => {
    const { report } = await play({ scenario: 'never-healthy' });
    expect(report.problems).toEqual([]);
    expect(report.last).toMatchObject({ outcome: 'rolled-back', failedRequests: 0, highestPercent: 0, percentAtEnd: 0 });
    expect(report.deliveries.at(-1)?.requests.byVersion).toEqual({ '1.0.0': report.last?.requests });
    expect(await leftovers()).toBe('');
  }, 240_000);

  it('sees ECS go back by itself when the action dies, and the next run put the settings back', async () => {
    const { report } = await play({ scenario: 'kill' });
    expect(report.problems).toEqual([]);
    expect(report.last).toMatchObject({ outcome: 'killed', failedRequests: 0, highestPercent: 10, percentAtEnd: 0 });
    const told = report.deliveries.at(-1)?.timeline.map(({ event }) => event.trim()) ?? [];
    expect(told.slice(-2)).toEqual(['ECS by itself: ROLLBACK_SUCCESSFUL', 'mode: reconcile: succeeded']);
    expect(await leftovers()).toBe('');
  }, 300_000);
});

import { describe, expect, it } from '@jest/globals';
import { digestsOf, leftovers, play } from './play.js';

describe('the rehearsal', () => {
  it('delivers version 2 and promotes it, and nobody notices; version 3 breaks and is taken back', async () => {
    const { report } = await play();
    expect(report.problems).toEqual([]);
    expect(report.outcome).toBe('succeeded');
    const [first, second, promoted, third] = report.deliveries;
    expect(first).toMatchObject({ environment: 'staging', version: '1.0.0', outcome: 'succeeded' });
    expect(second).toMatchObject({ environment: 'staging', version: '2.0.0', outcome: 'succeeded' });
    expect(promoted).toMatchObject({ environment: 'production', version: '2.0.0', outcome: 'succeeded' });

    expect(second?.steps.map(({ action }) => action)).toEqual([
      'build-image',
      'integration-test',
      'push-ecr',
      'register-task-def',
      'bluegreen-deploy',
    ]);
    for (const delivery of [second, promoted]) {
      expect(delivery?.requests.failed).toBe(0);
      expect(delivery?.requests.total).toBeGreaterThanOrEqual(5_000);
      expect(delivery?.requests.aroundShift).toBeGreaterThanOrEqual(1_000);
      expect(delivery?.requests.slowDuringShift).toBeGreaterThanOrEqual(1);
      expect(Object.keys(delivery?.requests.byVersion ?? {}).sort()).toEqual(['1.0.0', '2.0.0']);
    }
    for (const counts of report.counts) {
      expect(counts.loadBalancer).toBe(counts.client);
      expect(counts.service).toBe(counts.client);
    }
    const { running, ...digests } = digestsOf(report);
    expect(running).toHaveLength(2);
    expect(new Set([...Object.values(digests), ...running]).size).toBe(1);
    expect(digests.built).toMatch(/^sha256:[0-9a-f]{64}$/);

    expect(third).toMatchObject({ environment: 'staging', version: '3.0.0', outcome: 'rolled-back' });
    expect(third?.requests.failed).toBeGreaterThan(0);
    expect(third?.requests.byVersion).toMatchObject({ '2.0.0': expect.any(Number), '3.0.0': expect.any(Number) });
    expect(report.last).toMatchObject({
      version: '3.0.0',
      because: expect.stringMatching(/^analysis: \d+ of \d+ requests to the new fleet failed/),
      highestPercent: 10,
      percentAtEnd: 0,
      secondsToTakeBack: expect.any(Number),
    });
    expect(await leftovers()).toBe('');
  }, 300_000);
});

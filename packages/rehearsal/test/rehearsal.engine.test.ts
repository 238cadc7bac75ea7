import path from 'node:path';
import { BatchGetImageCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { SERVICE, type Digests, type RehearsalReport } from '../src/index.js';
import { leftovers, play } from './play.js';

function digestsOf({ digests }: RehearsalReport): Digests {
  if (!digests) throw new Error('The rehearsal told no digests.');
  return digests;
}

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

  it('takes back what is shifting when the job is cancelled, and nobody notices', async () => {
    const { report } = await play({ scenario: 'cancel' });
    expect(report.problems).toEqual([]);
    expect(report.last).toMatchObject({
      version: '2.0.0',
      outcome: 'rolled-back',
      failedRequests: 0,
      because: expect.stringMatching(/^The run was cancelled\./),
      highestPercent: 10,
      weightsAtEnd: { 'staging-blue': 100, 'staging-green': 0 },
    });
    const told = report.deliveries.at(-1)?.timeline.map(({ event }) => event.trim()) ?? [];
    expect(told.join('\n')).toMatch(/SIGINT to the action[^]*ROLLBACK_IN_PROGRESS[^]*ROLLBACK_SUCCESSFUL/);
    expect(await leftovers()).toBe('');
  }, 240_000);

  it('fails without draining and when a tag moves between two steps: the controls of what it proves', async () => {
    const { report } = await play({
      withoutPromotion: true,
      draining: false,
      afterStep: async ({ action }, { aws }) => {
        if (action !== 'push-ecr') return;
        const repository = { repositoryName: SERVICE };
        const { images } = await aws.ecr.send(
          new BatchGetImageCommand({ ...repository, imageIds: [{ imageTag: '1.0.0' }] }),
        );
        const imageManifest = images?.[0]?.imageManifest ?? '';
        await aws.ecr.send(new PutImageCommand({ ...repository, imageManifest, imageTag: '2.0.0' }));
      },
    });
    expect(report.outcome).toBe('failed');

    // Cut connections are seen by the client, and the load balancer's own count agrees with it.
    const delivery = report.deliveries[1];
    expect(delivery?.requests.failed).toBeGreaterThan(0);
    expect(report.problems.join('\n')).toMatch(/requests failed/);
    expect(report.counts[0]?.loadBalancer).toBe(report.counts[0]?.client);

    // The tag leads elsewhere and that is found; what was tested runs all the same, because tags are not deployed.
    expect(report.problems.join('\n')).toMatch(/The digests do not agree/);
    const { pushed, ...others } = digestsOf(report);
    expect(new Set([others.built, others.tested, others.registered, ...others.running]).size).toBe(1);
    expect(pushed).not.toBe(others.built);
    expect(await leftovers()).toBe('');
  }, 240_000);

  it('leaves nothing behind when it is interrupted', async () => {
    let pid = 0;
    const ended = await runProcess({
      file: process.execPath,
      args: ['--import', 'tsx', path.join(REPOSITORY, 'scripts/rehearse.ts')],
      cwd: REPOSITORY,
      onStart: (started) => (pid = started),
      onLine: (line) => /✓ service is live/.test(line) && process.kill(pid, 'SIGINT'),
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/interrupted by SIGINT/);
    expect(await leftovers()).toBe('');
    const { stdout } = await runProcess({ file: 'ps', args: ['-eo', 'args'] });
    expect(stdout).not.toMatch(/bin\/local-aws\.js --port 0/);
  }, 240_000);
});

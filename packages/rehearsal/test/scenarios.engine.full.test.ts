import path from 'node:path';
import { BatchGetImageCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { SERVICE } from '../src/index.js';
import { digestsOf, leftovers, play } from './play.js';

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

import type { RequestListener } from 'node:http';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanUpAfter } from '../src/clean-up.js';
import { hello, RunScene } from './run-scene.js';

const scene = new RunScene();
afterEach(() => scene.close());

describe('under load', () => {
  const load = { 'load-connections': 2, 'load-paths': ['/'] };

  it('tells figures and limits, and counts the limits', async () => {
    await scene.start({ answer: hello }, { ...load, 'load-max-p99-ms': 60_000, deployability: {} });
    expect(scene.setting.outputs).toMatchObject({ passed: '4', failed: '0', 'error-rate': '0' });
    expect(Number(scene.setting.outputs['p95-ms'])).toBeGreaterThan(0);
    expect(scene.setting.facts).toMatchObject({
      load: { failed: 0, limits: [{ state: 'passed' }, { state: 'passed' }] },
    });
    expect(scene.setting.summaries).toEqual([
      expect.stringMatching(/^### Integration test: 2 of 2[^]*### Load: within/),
    ]);
    await scene.expectNothingLeft();
  });

  it('fails with what is broken, which comes first in the summary', async () => {
    let asked = 0;
    // The suite asks three times; what comes after is the load.
    const answer: RequestListener = (_, response) => response.writeHead((asked += 1) > 3 ? 500 : 200).end('hello');
    await expect(scene.start({ answer }, load)).rejects.toMatchObject({
      code: 'TEST_LOAD_FAILED',
      message: expect.stringMatching(/at most 0 % .* \(100 %\), \d+ × status 500/),
    });
    expect(scene.setting.outputs).toMatchObject({ passed: '2', failed: '1', 'error-rate': '100' });
    expect(scene.setting.summaries).toEqual([
      expect.stringMatching(/^### Load: 1 of 1 limits broken[^]*### Integration test: 2/),
    ]);
    await scene.expectNothingLeft();
  });

  it('says that the container ended, rather than what was not answered because of it', async () => {
    let asked = 0;
    const answer: RequestListener = (_, response) => {
      if ((asked += 1) === 50) scene.engine.crash(137);
      response.end('hello');
    };
    await expect(scene.start({ answer }, load)).rejects.toMatchObject({
      code: 'TEST_CONTAINER_EXITED',
      message: expect.stringContaining('under load, with exit code 137'),
    });
    await scene.expectNothingLeft();
  });

  it('ends when there is no previous image to compare with', async () => {
    const failing = ['pullForeign'] as const;
    await expect(scene.start({ answer: hello, failing }, { ...load, 'previous-image': 'web:1' })).rejects.toMatchObject(
      { message: 'pullForeign failed.' },
    );
    await scene.expectNothingLeft();
  });

  it('ends when the deployability checks cannot put theirs on', async () => {
    const failing = ['directUrl'] as const;
    await expect(scene.start({ answer: hello, failing }, { deployability: { runs: 'error' } })).rejects.toMatchObject({
      message: 'directUrl failed.',
    });
    await scene.expectNothingLeft();
  });

  it('is told of a lost process only when the container ends, by some engines', async () => {
    const file = path.join(tmpdir(), `${randomUUID()}.json`);
    await writeFile(file, JSON.stringify({ containerDefinitions: [{ name: 'web', memory: 64 }] }));
    const inputs = { ...load, 'task-definition': file, deployability: { memory: 'error' } };
    await expect(scene.start({ answer: hello, isToldLate: true }, inputs)).rejects.toMatchObject({
      code: 'TEST_NOT_DEPLOYABLE',
      message: expect.stringMatching(/IMAGE_OUT_OF_MEMORY: .*the kernel killed it under the load that was asked for/),
    });
    await rm(file);
  }, 30_000);

  it('ends when it is cancelled', async () => {
    let asked = 0;
    const reason = new Error('cancelled');
    const answer: RequestListener = (_, response) => {
      if ((asked += 1) === 50) scene.setting.cancel(reason);
      response.end('hello');
    };
    await expect(scene.start({ answer }, { ...load, 'load-seconds': 600 })).rejects.toBe(reason);
    await scene.expectNothingLeft();
  });
});

describe('with keep-running', () => {
  it('leaves the container alone running, and post removes it', async () => {
    await scene.start({ answer: hello }, { 'keep-running': true, ports: ['9090'] });
    const { 'base-url': url = '', ports = '' } = scene.setting.outputs;
    expect(JSON.parse(ports)).toEqual({ 8080: Number(new URL(url).port), 9090: expect.any(Number) });
    expect(await (await fetch(url)).text()).toBe('hello');
    expect(scene.setting.summaries[0]).toContain(`The container goes on at ${url}, `);
    expect(scene.engine.calls).not.toContain('stop');
    expect([...scene.engine.existing].filter((name) => name.startsWith('container'))).toHaveLength(1);
    await cleanUpAfter(scene.setting.context, () => scene.engine);
    expect(scene.setting.log).toContain('info Removing the container that was left running, and its services');
    await scene.expectNothingLeft();
  });

  it('leaves nothing running that has failed', async () => {
    const answer: RequestListener = (_, response) => response.end('good bye');
    await expect(scene.start({ answer }, { 'keep-running': true })).rejects.toMatchObject({
      code: 'TEST_CHECKS_FAILED',
    });
    expect(scene.setting.outputs).not.toHaveProperty('base-url');
    await scene.expectNothingLeft();
  });
});

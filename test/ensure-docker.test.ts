import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-ensure-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts a program of ours before the machine's own. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(folder, name), 0o755);
}

const ensure = (environment: Readonly<Record<string, string>> = {}) =>
  runProcess({
    file: path.join(REPOSITORY, 'scripts/ensure-docker.sh'),
    args: [],
    env: {
      PATH: `${folder}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin`,
      SLIPWAY_DOCKERD_LOG: path.join(folder, 'dockerd.log'),
      ...environment,
    },
    timeoutMs: 60_000,
  });

const ANSWERS = `case "$1 $2" in
  "info --format") echo 99.1 ;;
  "buildx version") echo buildx-test ;;
esac`;

describe('ensure-docker.sh', () => {
  it('uses an engine that answers', async () => {
    await program('docker', ANSWERS);
    const { exitCode, stderr } = await ensure();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/engine 99\.1, buildx-test/);
  });

  it('does not take a client without a server for an engine, and says which address was asked', async () => {
    await program('docker', 'exit 0');
    const { exitCode, stderr } = await ensure({ DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/no Docker engine answers at DOCKER_HOST=tcp:\/\/127\.0\.0\.1:1/);
    expect(stderr).toMatch(/unset DOCKER_HOST/);
  });

  it('says within 30 s what is wrong when the engine cannot be had, and what to do', async () => {
    await program('docker', 'exit 1');
    await program('dockerd', 'echo "failed to mount overlay: operation not permitted" >&2; exit 1');
    const startedAt = Date.now();
    const { exitCode, stderr } = await ensure();
    expect(exitCode).toBe(1);
    // The bound is the script's own promise to whoever waits; it takes a second here.
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(stderr).toMatch(
      process.getuid?.() === 0
        ? /dockerd could not start[^]*failed to mount overlay[^]*DOCKER_HOST/
        : /no Docker engine answers here[^]*Install Docker/,
    );
  }, 60_000);
});

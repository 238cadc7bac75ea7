import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { givesLogin } from '../../src/sign-in/credential-helper.js';

const before = process.env['PATH'] ?? '';

let folder: string;
let masked: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-helper-'));
  process.env['PATH'] = `${folder}${path.delimiter}${before}`;
  masked = [];
});
afterEach(async () => {
  process.env['PATH'] = before;
  await rm(folder, { recursive: true, force: true });
});

async function ask(script: string, signal = new AbortController().signal): Promise<boolean> {
  await writeFile(path.join(folder, 'docker-credential-mine'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return givesLogin('mine', 'registry.example.com', { signal, mask: (secret) => void masked.push(secret) });
}

describe('a credential helper', () => {
  it('is asked as Docker asks it, and what it gives is hidden', async () => {
    const given = `read host; [ "$1 $host" = "get registry.example.com" ] && echo '{"Username":"u","Secret":"s3cret"}'`;
    expect(await ask(given)).toBe(true);
    expect(masked).toEqual(['s3cret']);
  });

  it.each(['echo credentials not found; exit 1', 'echo no JSON', 'echo null', `echo '{"Secret":""}'`])(
    'that does %j gives no login',
    async (script) => {
      expect(await ask(script)).toBe(false);
      expect(masked).toEqual([]);
    },
  );

  it('that is not there gives no login, and one that is ended by the run is no answer', async () => {
    const given = { signal: new AbortController().signal, mask: () => undefined };
    expect(await givesLogin('none', 'registry.example.com', given)).toBe(false);
    await expect(ask('exit 1', AbortSignal.abort())).rejects.toMatchObject({ code: 'PROCESS_ABORTED' });
  });
});

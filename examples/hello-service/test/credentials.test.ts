import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { credentialSource, type CredentialSource } from '../src/credentials.ts';
import { serve } from './fakes.ts';

const MINUTE_MS = 60_000;

/** A container credentials endpoint whose keys live as long as `lifetimesMs` says, one after the other. */
async function endpoint(t: TestContext, lifetimesMs: (number | 'fails')[], env: Record<string, string> = {}) {
  const authorizations: (string | undefined)[] = [];
  const { url } = await serve(t, (request, response) => {
    const lifetimeMs = lifetimesMs[authorizations.length] ?? 'fails';
    authorizations.push(request.headers.authorization);
    if (lifetimeMs === 'fails') return response.writeHead(500).end();
    const Expiration = new Date(Date.now() + lifetimeMs).toISOString();
    const AccessKeyId = `key-${authorizations.length}`;
    return response.end(JSON.stringify({ AccessKeyId, SecretAccessKey: 's', Token: 't', Expiration }));
  });
  const source = credentialSource({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/keys`, ...env });
  assert.ok(source);
  return { source, authorizations };
}

const keyId = async (source: CredentialSource): Promise<string> => (await source()).accessKeyId;

describe('credentialSource', () => {
  it("takes the environment's own keys first", async () => {
    const source = credentialSource({
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_SESSION_TOKEN: 't',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/never-asked',
    });
    assert.deepEqual(await source?.(), { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' });
  });

  it('is undefined when the environment names none', () => {
    assert.equal(credentialSource({ AWS_ACCESS_KEY_ID: 'a' }), undefined);
  });

  it('asks the endpoint once for all callers, and keeps the keys', async (t) => {
    const { source, authorizations } = await endpoint(t, [60 * MINUTE_MS]);
    assert.deepEqual(await Promise.all([keyId(source), keyId(source)]), ['key-1', 'key-1']);
    assert.equal(await keyId(source), 'key-1');
    assert.equal(authorizations.length, 1);
  });

  it('renews keys before they expire', async (t) => {
    const { source } = await endpoint(t, [4 * MINUTE_MS, 60 * MINUTE_MS]);
    assert.equal(await keyId(source), 'key-1');
    assert.equal(await keyId(source), 'key-2');
  });

  it('goes on with keys that still hold when the endpoint fails', async (t) => {
    const { source, authorizations } = await endpoint(t, [4 * MINUTE_MS, 'fails', 60 * MINUTE_MS]);
    assert.equal(await keyId(source), 'key-1');
    assert.equal(await keyId(source), 'key-1');
    assert.equal(await keyId(source), 'key-3');
    assert.equal(authorizations.length, 3);
  });

  it('says what is wrong when there never were any keys', async (t) => {
    const { source } = await endpoint(t, ['fails']);
    await assert.rejects(source, { name: 'StoreError', message: /gave no keys: it answered 500/ });
  });

  it('shows the authorization token, from its file when there is one', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'hello-service-'));
    t.after(() => rm(directory, { recursive: true }));
    const file = join(directory, 'token');
    await writeFile(file, 'from-file\n');
    const env = { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'from-variable' };
    const byVariable = await endpoint(t, [MINUTE_MS], env);
    const byFile = await endpoint(t, [MINUTE_MS], { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file });
    await byVariable.source();
    await byFile.source();
    assert.deepEqual([...byVariable.authorizations, ...byFile.authorizations], ['from-variable', 'from-file']);
  });
});

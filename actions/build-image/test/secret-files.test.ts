import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hiddenTexts, textsIn } from '../src/secret-files.js';
import { makeSetting, type Setting } from './setting.js';

let setting: Setting;
afterEach(() => setting?.close());

async function hidden(content: string | Buffer, told: readonly string[] = []): Promise<readonly string[]> {
  setting = await makeSetting();
  const file = path.join(setting.folder, 'secret');
  await writeFile(file, content);
  const inputs = { ...setting.context.inputs, 'secret-files': { id: file } };
  return hiddenTexts({ ...setting.context, inputs }, told);
}

const TOKEN = 'npm_0123456789abcdef';

describe('of a secret file is hidden', () => {
  it.each([
    ['.npmrc', `registry=https://registry.example.com/\n//registry.example.com/:_authToken=${TOKEN}\n`, TOKEN],
    ['base64', 'auth=dXNlcjpwYXNzd29yZA==\n', 'dXNlcjpwYXNzd29yZA=='],
    ['.netrc', `machine github.com\n  login me\n  password ${TOKEN}\n`, TOKEN],
    ['.netrc on one line', `machine github.com login me password ${TOKEN}`, TOKEN],
    ['.netrc with a macro', `machine github.com login me password ${TOKEN} account shop`, TOKEN],
    ['.netrc with a password of letters', 'machine github.com login me password correcthorse', 'correcthorse'],
    ['.git-credentials', `https://me:${TOKEN}@github.com\n`, TOKEN],
    ['.git-credentials with a token alone', `https://${TOKEN}@github.com\n`, TOKEN],
    ['an address whose per cent sign is one', 'URL=postgres://app:50%off-today@db/x', '50%off-today'],
    ['an address with an escape', 'URL=postgres://app:fifty%20off@db/x', 'fifty off'],
    ['YAML', `token: "${TOKEN}"\r\n`, TOKEN],
    ['a value with separators', 'DB_PASSWORD=one=two:three\n', 'one=two:three'],
    ['an INI file', `[default]\naws_secret_access_key = ${TOKEN}\n`, TOKEN],
    ['JSON on one line', `{"auths":{"registry.example.com":{"auth":"${TOKEN}"}},"n":1}`, TOKEN],
    ['an address with a password', 'DATABASE_URL=postgres://me:a-long-password@db:5432/shop', 'a-long-password'],
    ['a key', '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n', 'MIIEvQIBADANBgkq'],
    ['a token alone', TOKEN, TOKEN],
  ])('what %s holds', async (_title, content, secret) => {
    expect(await hidden(content)).toContain(secret);
  });

  it('any value, without its name', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9+/_.~-]{8,40}={0,2}$/).filter((one) => !one.startsWith('//'));
    fc.assert(
      fc.property(value, fc.constantFrom('a=', 'a: ', 'a : "', 'password '), (text, before) => {
        expect(textsIn(`# first\n${before}${text}${before.endsWith('"') ? '"' : ''}\n`)).toContain(text);
      }),
    );
  });
});

describe('of a secret file is not hidden', () => {
  it('what would blank the outputs of every step, and what is too short', async () => {
    const texts = await hidden('registry=https://registry.example.com/\nrepository=example/web\nlevel=warn\n');
    expect(texts).toEqual(['registry=https://registry.example.com/', 'repository=example/web', 'level=warn']);
  });

  it('a word of a comment, and what the step is going to tell', async () => {
    const texts = await hidden('# token for the staging registry\nstage=production\nkey=release-2026\n', [
      '/temp/production/layout',
      'web:release-2026',
    ]);
    expect(texts).toEqual(['# token for the staging registry', 'stage=production', 'key=release-2026']);
  });

  it.each([
    ['what is no text', Buffer.from([0x7f, 0x45, 0, 0x46])],
    ['what is too large', 'a-secret-line\n'.repeat(5_000)],
  ])('%s, which is said', async (_title, content) => {
    expect(await hidden(content)).toEqual([]);
    expect(setting.log).toEqual([expect.stringMatching(/^info The secret 'id' is too large, or no text/)]);
  });
});

it('a secret file that is not there is named', async () => {
  setting = await makeSetting({ 'secret-files': { npmrc: '/nowhere/.npmrc' } });
  await expect(hiddenTexts(setting.context)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining("'secret-files' takes 'npmrc' from '/nowhere/.npmrc'"),
  });
});

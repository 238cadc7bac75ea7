import { expect, it } from '@jest/globals';
import { parseSuite, suiteCredentials } from '../src/index.js';

const SUITE = `version: 1
ready: { path: /, timeout-seconds: 1 }
checks:
  - { name: a, request: { path: /, auth: { basic-env: USER } }, expect: {} }
  - { name: b, request: { path: /, auth: { bearer-env: TOKEN } }, expect: {} }
  - { name: c, request: { path: /, auth: { bearer-env: UNSET } }, expect: {} }
  - { name: d, request: { path: / }, expect: {} }
`;

it('are what is sent, in every form in which an answer may say it again', () => {
  const suite = parseSuite(SUITE, 'checks.yml');
  const environment = { USER: 'web:pass:word-of-web', TOKEN: 'token-of-web' };
  expect(suiteCredentials({ suite, environment })).toEqual([
    'web:pass:word-of-web',
    Buffer.from('web:pass:word-of-web').toString('base64'),
    'pass:word-of-web',
    'token-of-web',
    Buffer.from('token-of-web').toString('base64'),
  ]);
});

import { afterEach, expect, it } from '@jest/globals';
import { readSuite } from '@slipway/http-checks';
import { getsOf } from '../../src/deployability/under-load.js';
import { makeSetting, type Setting } from '../setting.js';

const SUITE = `version: 1
ready: { path: /health }
variables: { page: '2' }
checks:
  - name: lists
    tags: [image]
    request: { path: '/list?page={{page}}', headers: { x-a: b }, auth: { bearer-env: LIST_TOKEN } }
    expect: { status: 200 }
  - name: writes
    tags: [image]
    request: { path: /list, method: POST, json: {} }
    expect: { status: 201 }
  - name: exports for a long time
    tags: [live]
    request: { path: /export }
    expect: { status: 200 }
`;

let setting: Setting;
afterEach(() => setting.close());

it.each<[string[], string[]]>([
  [['image'], ['/health', '/list?page=2']],
  [['live'], ['/health', '/export']],
  [[], ['/health', '/list?page=2', '/export']],
])('asks for what the tags %j choose', async (tags, paths) => {
  setting = await makeSetting({ tags }, SUITE);
  const { inputs, github } = setting.context;
  const suite = await readSuite({ file: inputs.suite, workspace: github.workspace, input: 'suite' });
  const context = { ...setting.context, environment: { LIST_TOKEN: 'secret' } };
  const gets = getsOf({ context, suite }, 'http://127.0.0.1:5');
  expect(gets.map(({ path }) => path)).toEqual(paths);
  const list = gets.find(({ path }) => path.startsWith('/list'));
  expect(list?.headers).toEqual(
    tags[0] === 'live' ? undefined : { host: '127.0.0.1:5', 'x-a': 'b', authorization: 'Bearer secret' },
  );
});

import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import type { TestContext } from '../src/inputs.js';
import { run } from '../src/run.js';
import { makeSetting, type Setting } from './setting.js';
import { SimpleEngine, type Behaviour } from './simple-engine.js';

let setting: Setting;
let engine: SimpleEngine;
afterEach(() => setting.close());

const hello: RequestListener = (_, response) => response.end('hello');

async function start(behaviour: Behaviour, inputs: Partial<TestContext['inputs']>) {
  setting = await makeSetting(inputs);
  engine = new SimpleEngine(behaviour);
  const image = { host: '127.0.0.1:5', platforms: [], close: () => Promise.resolve() };
  const ports = { openEngine: () => engine, newId: () => 'x1', serveImage: () => Promise.resolve(image) };
  return run(setting.context, ports);
}

it('starts the services first, and tells the command where everything is', async () => {
  const services =
    '[{ name: my-db, image: "db:1", port: 5432, ready-log: "up", environment: { P: secret-of-the-db } }]';
  const script =
    'const { BASE_URL, MY_DB_HOST, MY_DB_PORT, JUNIT_DIR, P } = process.env;' +
    'require("node:fs").writeFileSync(JUNIT_DIR + "/a.xml", "<a/>");' +
    'console.log("at", BASE_URL, MY_DB_HOST, Number(MY_DB_PORT) > 0, P, "secret-of-the-db");';
  const command = JSON.stringify([process.execPath, '-e', script]);
  await start({ answer: hello, log: ['up'] }, { services, command });
  const told = setting.log.find((line) => line.startsWith('untrusted at'));
  expect(told).toMatch(/^untrusted at http:\/\/127\.0\.0\.1:\d+ 127\.0\.0\.1 true undefined \*\*\*$/);
  expect(setting.facts).toMatchObject({ command: { exitCode: 0, junit: [expect.stringMatching(/a\.xml$/)] } });
  expect(setting.log).toContain(
    "warning The JUnit file 'a.xml' is left out: its root is 'a', where 'testsuites' or 'testsuite' is expected.",
  );
});

it.each([
  [0, { passed: '3', failed: '1' }],
  [1, { passed: '3', failed: '1' }],
])('counts what the command has written before it ended with %i', async (exitCode, outputs) => {
  const xml = '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure>no</failure></testcase></testsuite>';
  const script =
    'const fs = require("node:fs"); const folder = process.env.JUNIT_DIR + "/deep"; fs.mkdirSync(folder);' +
    `fs.writeFileSync(folder + "/b.xml", ${JSON.stringify(xml)}); process.exitCode = ${exitCode};`;
  const end = start({ answer: hello }, { command: JSON.stringify([process.execPath, '-e', script]) });
  await (exitCode === 0 ? end : expect(end).rejects.toMatchObject({ code: 'TEST_COMMAND_FAILED' }));
  expect(setting.outputs).toMatchObject(outputs);
  const junit = await readFile(setting.outputs['junit'] ?? '', 'utf8');
  expect(junit).toContain('<testsuites tests="4" failures="1"');
  expect(junit).toContain('<failure message="no">no</failure>');
  expect(setting.log).toContain('error : no');
  expect([...engine.existing]).toEqual([]);
});

it('fails with the command', async () => {
  const command = JSON.stringify([process.execPath, '-e', 'process.exit(3)']);
  await expect(start({ answer: hello }, { command })).rejects.toMatchObject({
    code: 'TEST_COMMAND_FAILED',
    message: expect.stringContaining('exit code 3'),
  });
  // It has written no JUnit file of its own, and ours may not say that all is well.
  expect(setting.outputs).toMatchObject({ passed: '2', failed: '1' });
  expect(setting.outputs).not.toHaveProperty('tested-digest');
  expect([...engine.existing]).toEqual([]);
});

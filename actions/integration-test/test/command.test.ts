import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from '@jest/globals';
import { hello, RunScene } from './run-scene.js';

const scene = new RunScene();
afterEach(() => scene.close());

it('starts the services first, and tells the command where everything is', async () => {
  const services =
    '[{ name: my-db, image: "db:1", port: 5432, ready-log: "up", environment: { P: secret-of-the-db } }]';
  const script =
    'const { BASE_URL, MY_DB_HOST, MY_DB_PORT, JUNIT_DIR, P } = process.env;' +
    'require("node:fs").writeFileSync(JUNIT_DIR + "/a.xml", "<a/>");' +
    'console.log("at", BASE_URL, MY_DB_HOST, Number(MY_DB_PORT) > 0, P, "secret-of-the-db");';
  const command = JSON.stringify([process.execPath, '-e', script]);
  await scene.start({ answer: hello, log: ['up'] }, { services, command });
  const told = scene.setting.log.find((line) => line.startsWith('untrusted at'));
  expect(told).toMatch(/^untrusted at http:\/\/127\.0\.0\.1:\d+ 127\.0\.0\.1 true undefined \*\*\*$/);
  expect(scene.setting.facts).toMatchObject({ command: { exitCode: 0, junit: [expect.stringMatching(/a\.xml$/)] } });
  expect(scene.setting.log).toContain(
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
  const end = scene.start({ answer: hello }, { command: JSON.stringify([process.execPath, '-e', script]) });
  await (exitCode === 0 ? end : expect(end).rejects.toMatchObject({ code: 'TEST_COMMAND_FAILED' }));
  expect(scene.setting.outputs).toMatchObject(outputs);
  const junit = await readFile(scene.setting.outputs['junit'] ?? '', 'utf8');
  expect(junit).toContain('<testsuites tests="4" failures="1"');
  expect(junit).toContain('<failure message="no">no</failure>');
  expect(scene.setting.log).toContain('error : no');
  expect([...scene.engine.existing]).toEqual([]);
});

it('fails with the command', async () => {
  const command = JSON.stringify([process.execPath, '-e', 'process.exit(3)']);
  await expect(scene.start({ answer: hello }, { command })).rejects.toMatchObject({
    code: 'TEST_COMMAND_FAILED',
    message: expect.stringContaining('exit code 3'),
  });
  // It has written no JUnit file of its own, and ours may not say that all is well.
  expect(scene.setting.outputs).toMatchObject({ passed: '2', failed: '1' });
  expect(scene.setting.outputs).not.toHaveProperty('tested-digest');
  expect([...scene.engine.existing]).toEqual([]);
});

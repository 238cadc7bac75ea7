import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from '@jest/globals';
import { hello, RunScene } from './run-scene.js';
import { DIGEST } from './setting.js';

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

it('hands the job’s environment over without its tokens, and what is asked for', async () => {
  Object.assign(process.env, { JAVA_HOME: '/jdk', GITHUB_TOKEN: 'no', INPUT_X: 'no' });
  const script = 'const e = process.env; console.log("has", e.JAVA_HOME, e.GITHUB_TOKEN, e.INPUT_X, e.E2E);';
  const inputs = { command: JSON.stringify([process.execPath, '-e', script]), 'command-environment': { E2E: 'yes' } };
  await scene.start({ answer: hello }, inputs);
  expect(scene.setting.log).toContain('untrusted has /jdk undefined undefined yes');
});

it('ends what the command has left behind', async () => {
  const child = 'process.send(1); setInterval(() => {}, 1000)';
  const script = `
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio });
    child.once('message', () => process.exit(0));`;
  await scene.start({ answer: hello }, { command: JSON.stringify([process.execPath, '-e', script]) });
  expect(scene.setting.outputs).toMatchObject({ 'tested-digest': DIGEST });
});

it('counts a command that fails and tells nothing', async () => {
  const command = JSON.stringify([process.execPath, '-e', 'process.exit(3)']);
  await expect(scene.start({ answer: hello }, { command })).rejects.toMatchObject({ code: 'TEST_COMMAND_FAILED' });
  expect(scene.setting.outputs).toMatchObject({ passed: '2', failed: '1' });
});

/** A program with a test that passes and one that does not. */
function writing(exitCode: number): string {
  const xml = '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure>no</failure></testcase></testsuite>';
  const script =
    'const fs = require("node:fs"); const folder = process.env.JUNIT_DIR + "/deep"; fs.mkdirSync(folder);' +
    `fs.writeFileSync(folder + "/b.xml", ${JSON.stringify(xml)}); process.exitCode = ${exitCode};`;
  return JSON.stringify([process.execPath, '-e', script]);
}

it('shows the logs of the services, too, when the test fails', async () => {
  const services = '[{ name: my-db, image: "db:1", port: 5432, ready-log: "up" }]';
  const command = JSON.stringify([process.execPath, '-e', 'process.exit(3)']);
  const end = scene.start({ answer: hello, log: ['up'] }, { services, command });
  await expect(end).rejects.toMatchObject({ code: 'TEST_COMMAND_FAILED' });
  const groups = scene.setting.log.filter((line) => line.startsWith('group Log of'));
  expect(groups).toEqual(['container', 'my-db'].map((name) => expect.stringContaining(`${name}, last`)));
});

it('only warns of failures in JUnit files where that is what is asked for', async () => {
  const inputs = { command: writing(0), 'command-on-junit-failure': 'warn' } as const;
  await expect(scene.start({ answer: hello }, inputs)).resolves.toEqual({ outcome: 'succeeded' });
  expect(scene.setting.outputs).toMatchObject({ passed: '3', failed: '1', 'tested-digest': DIGEST });
  expect(scene.setting.log).toContainEqual(
    expect.stringMatching(/^warning .* though its JUnit files tell of 1 that failed\.$/),
  );
});

it.each([
  [0, "exit code 0, and its JUnit files tell of tests that failed: 'b'."],
  [1, 'exit code 1.'],
])('counts what the command has written before it ended with %i, and fails', async (exitCode, message) => {
  const end = scene.start({ answer: hello }, { command: writing(exitCode) });
  await expect(end).rejects.toMatchObject({ code: 'TEST_COMMAND_FAILED', message: expect.stringContaining(message) });
  expect(scene.setting.outputs).toMatchObject({ passed: '3', failed: '1' });
  expect(scene.setting.outputs).not.toHaveProperty('tested-digest');
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

it.each([
  ['is not there', ['no-such-program'], ['PROCESS_NOT_STARTED', "The first word of 'command' is a program"]],
  [
    'takes too long',
    [process.execPath, '-e', 'setInterval(() => 0, 1000)'],
    ['PROCESS_TIMED_OUT', "'command-minutes' is 0.01"],
  ],
])('says of a command that %s which input to correct', async (_, command, [code, hint]) => {
  const end = scene.start({ answer: hello }, { command: JSON.stringify(command), 'command-minutes': 0.01 });
  await expect(end).rejects.toMatchObject({ code, hint: expect.stringContaining(hint ?? '') });
  const junit = await readFile(scene.setting.outputs['junit'] ?? '', 'utf8');
  expect(junit).toMatch(
    /<failure message="(The program &apos;no-such-program&apos; could not be started|.* took longer than)/,
  );
});

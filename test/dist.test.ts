import { readFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { REPOSITORY, actionNode, runAction } from '@slipway/testkit';
import { actionNames } from '../scripts/build.js';
import { readDefinition } from '../scripts/generate.js';

const actions = await actionNames();

/** The Node that npm itself runs on: the oldest that the project supports, where CI installs it. */
const userNode = process.env['npm_node_execpath'] ?? process.execPath;
const nodes = [...new Set([userNode, actionNode()])];

/** An action without required inputs fails on what it then does not find: the empty folder has no Dockerfile. */
const WITHOUT_INPUTS: Readonly<Record<string, RegExp>> = {
  'build-image': /^BUILD_DOCKERFILE_NOT_FOUND: /,
  plan: /^PLAN_CONFIG_NOT_FOUND: /,
  'register-task-def': /^AWS_REGION_MISSING: /,
};

const AWS_CALLERS = new Set(['push-ecr', 'register-task-def', 'bluegreen-deploy', 'rollback']);

describe.each(actions)('the dist of %s', (action) => {
  it('is an ES module with its licences beside it', async () => {
    const dist = path.join(REPOSITORY, 'actions', action, 'dist');
    expect(JSON.parse(await readFile(path.join(dist, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
    expect(await readFile(path.join(dist, 'licenses.txt'), 'utf8')).toMatch(/@actions\/core\nMIT/);
    if (AWS_CALLERS.has(action))
      expect(await readFile(path.join(dist, 'licenses.txt'), 'utf8')).toMatch(
        /@aws-sdk\/core\nApache-2.0\n\s*Apache License/,
      );
  });

  it('starts without what few runs need', async () => {
    const main = await readFile(path.join(REPOSITORY, 'actions', action, 'dist/index.js'), 'utf8');
    expect(main.length).toBeLessThan(1_100_000);
    // The HTTP client of GitHub's toolkit, which is there for ID tokens.
    // Not on the text itself: a failure would print it.
    expect(main.includes('ProxyAgent')).toBe(false);
  });

  it.each(nodes)('lists all missing inputs under %s', async (node) => {
    const temp = await mkdtemp(path.join(os.tmpdir(), 'slipway-dist-'));
    const end = await runAction({ action, inputs: {}, workspace: temp, temp, node });
    await rm(temp, { recursive: true });
    const { inputs } = await readDefinition(action);
    const required = Object.entries(inputs).filter(([, spec]) => spec.required);
    expect(end.exitCode).toBe(1);
    expect(end.outputs['outcome']).toBe('failed');
    expect(end.errors).toHaveLength(1);
    if (required.length === 0) expect(end.errors[0]).toMatch(WITHOUT_INPUTS[action] ?? /there is none/);
    for (const [name] of required) expect(end.errors[0]).toContain(`'${name}' is required`);
  });
});

describe('the Nodes that the dists ran under', () => {
  it('include the one that the runner uses', async () => {
    const versions = await Promise.all(nodes.map((file) => runProcess({ file, args: ['--version'] })));
    const majors = versions.map(({ stdout }) => Number(/^v(\d+)/.exec(stdout)?.[1]));
    expect(majors).toContain(24);
  });
});

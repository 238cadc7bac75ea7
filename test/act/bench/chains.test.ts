import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asMap, readYaml, ROOT } from '../../yaml-documents.js';
import { readAction } from './built-action.js';
import { missingIn, ourChain, ourWholeChain } from './chains.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inputsOf = (action: string): readonly string[] => {
  const text = readFileSync(path.join(ROOT, 'actions', action, 'action.yml'), 'utf8');
  return Object.keys(asMap(asMap(readYaml({ name: action, text }).root)['inputs']));
};

describe('the chains of the bench', () => {
  it('give our actions inputs that they have', async () => {
    for (const { steps } of [await ourChain(), await ourWholeChain()]) {
      expect(steps.length).toBeGreaterThan(3);
      for (const { action, inputs } of steps) {
        const given = Object.keys(inputs({ tag: '1', cluster: 'c', baseImage: 'b' }, () => 'x'));
        expect(inputsOf(action.name)).toEqual(expect.arrayContaining(given));
      }
    }
  });

  it('name what a folder of others lacks', () => {
    expect(missingIn(folder)).toEqual([
      'aws-actions/amazon-ecr-login',
      'docker/build-push-action',
      'aws-actions/amazon-ecs-render-task-definition',
      'aws-actions/amazon-ecs-deploy-task-definition',
    ]);
  });

  it('read an action as the runner does: its programs, and the defaults that are no expressions', async () => {
    const inputs =
      'inputs: { push: { default: false }, token: { default: "${{ github.token }}" }, tags: { required: true } }';
    await writeFile(
      path.join(folder, 'action.yml'),
      `${inputs}\nruns: { using: node24, main: dist/index.cjs, post: dist/post.cjs }`,
    );
    expect(await readAction('docker/build', folder)).toEqual({
      name: 'docker/build',
      main: path.join(folder, 'dist/index.cjs'),
      post: path.join(folder, 'dist/post.cjs'),
      defaults: { push: 'false', token: '' },
    });
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { violationsOf } from './import-rules.js';

const bin = (name: string): string => path.join(REPOSITORY, 'node_modules/.bin', name);

/** The rules of the house, each by the command that CONTRIBUTING names. */
const RULES: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit']],
  ['types of the sample application', 'tsc', ['--noEmit', '-p', 'examples/hello-service']],
  ['lint', 'eslint', ['--max-warnings', '0', '.']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['who may import whom', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'packages', 'actions', 'scripts']],
];

describe('the rules of the house', () => {
  it.each(RULES)(
    '%s',
    async (_rule, program, args) => {
      const { exitCode, stdout, stderr } = await runProcess({ file: bin(program), args, cwd: REPOSITORY });
      expect({ exitCode, output: exitCode === 0 ? '' : `${stdout}${stderr}`.slice(-8_000) }).toEqual({
        exitCode: 0,
        output: '',
      });
    },
    240_000,
  );
});

/** A file that breaks a rule, and the rule. */
const BREAKING: readonly (readonly [string, string, string, string])[] = [
  [
    'an action that imports another',
    'actions/push-ecr/src/a.ts',
    "import '../../build-image/src/inputs.js';",
    'actions-meet-in-yaml',
  ],
  ['core that imports anything', 'packages/core/src/b.ts', "import 'node:fs';", 'core-imports-nothing'],
  ['a second spawn site', 'packages/aws/src/c.ts', "import 'node:child_process';", 'only-process-starts-programs'],
  [
    'a second importer of the SDK',
    'actions/push-ecr/src/d.ts',
    "import '@aws-sdk/client-ecr';",
    'only-aws-imports-the-sdk',
  ],
  [
    'a second importer of the toolkit',
    'actions/push-ecr/src/e.ts',
    "import '@actions/core';",
    'only-runtime-imports-actions-toolkit',
  ],
  [
    'a client of HTTP beside fetch',
    'packages/http-checks/src/k.ts',
    "import 'undici';",
    'undici-is-for-github-and-loads',
  ],
  ['a heart that reads files', 'packages/delivery/src/f.ts', "import 'node:fs';", 'delivery-is-pure'],
  [
    'a task definition that reads files',
    'packages/task-definition/src/h.ts',
    "import 'node:fs';",
    'task-definition-is-pure',
  ],
  [
    'a reader of YAML that reads files',
    'packages/yaml-source/src/i.ts',
    "import 'node:fs';",
    'yaml-source-imports-core-and-yaml',
  ],
  [
    'a second reader of files in YAML',
    'packages/http-checks/src/j.ts',
    "import 'yaml';",
    'files-are-read-by-yaml-source',
  ],
  [
    'what ships importing local-aws',
    'packages/aws/src/g.ts',
    "import '@slipway/local-aws';",
    'what-ships-knows-no-test-world',
  ],
];

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly engines?: { readonly node?: string }; readonly optional?: boolean }>
  >;
}

describe('the lockfile', () => {
  it('is what npm ci of this npm accepts', async () => {
    const npm = process.env['npm_execpath'];
    const args = ['ci', '--dry-run', '--offline', '--ignore-scripts'];
    const { exitCode, stderr } = await runProcess({
      ...(npm ? { file: process.execPath, args: [npm, ...args] } : { file: 'npm', args }),
      cwd: REPOSITORY,
    });
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  }, 60_000);

  it('holds nothing that our oldest Node is too old for', async () => {
    const { packages } = JSON.parse(await readFile(path.join(REPOSITORY, 'package-lock.json'), 'utf8')) as Lockfile;
    const tooNew = Object.entries(packages)
      // A program of another Node is there to be run, and not to be loaded.
      .filter(([, { engines, optional }]) => !optional && /^\s*>=?\s*2[1-9]/.test(engines?.node ?? ''))
      .map(([name]) => name);
    expect(tooNew).toEqual([]);
  });

  it('names no place that packages were downloaded from', async () => {
    expect(await readFile(path.join(REPOSITORY, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
  });
});

describe('the import rules', () => {
  let violations: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    violations = await violationsOf(new Map(BREAKING.map(([, file, text]) => [file, text])));
  }, 120_000);

  it.each(BREAKING)('forbid %s', (...[, file, , rule]) => {
    expect(violations.get(file)).toContain(rule);
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPOSITORY } from '@slipway/testkit';
import { pathText, RULES, SHAPE_RULES } from '../src/index.js';
import { BREAKING_CONTAINERS } from './breaking-containers.js';
import { BREAKING_TASKS } from './breaking-tasks.js';
import { EC2, FARGATE, lintOf } from './samples.js';

const BREAKING = [...BREAKING_TASKS, ...BREAKING_CONTAINERS];

describe('the rules', () => {
  it.each(BREAKING)('%s is found at %j', (code, place, definition) => {
    const found = lintOf(definition).map(({ rule, path: at }) => `${rule} ${pathText(at)}`);
    expect(found).toContain(`${code} ${place}`);
  });

  it('all have a definition here that breaks them', () => {
    const codes = [...SHAPE_RULES, ...RULES].map(({ code }) => code);
    expect([...new Set(BREAKING.map(([code]) => code))].sort()).toEqual([...codes].sort());
  });

  it.each([
    ['EC2', EC2],
    ['Fargate', FARGATE],
  ])('find nothing in a plain definition for %s', (_title, definition) => {
    expect(lintOf(definition)).toEqual([]);
  });

  it('stand in the documentation, each with what it says and its link', async () => {
    const page = await readFile(path.join(REPOSITORY, 'docs/task-definition-rules.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([^`]+)` *\| (\S+) *\| (.+?) *\| \[AWS\]\((\S+)\) *\|$/gm)].map((row) =>
      row.slice(1),
    );
    expect(rows).toEqual(
      [...SHAPE_RULES, ...RULES].map(({ code, severity, says, link }) => [code, severity, says, link]),
    );
  });
});

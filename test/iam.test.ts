import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REGISTRY_ACTIONS } from '@slipway/local-aws';
import { UNUSED_IN_TESTS } from '../scripts/generate/iam.js';
import { allowedBy } from './act/permissions.js';
import { ROOT } from './yaml-documents.js';

const templates = readdirSync(path.join(ROOT, 'docs/iam')).filter((name) => /^(?:action|role)-.*\.json$/.test(name));
const adapters = path.join(ROOT, 'packages/aws/src');
const sources = readdirSync(adapters)
  .map((file) => readFileSync(path.join(adapters, file), 'utf8'))
  .join('\n');

/** What is allowed and is no call of the SDK: a registry's own requests, and what another call takes. */
const OTHERWISE = new Set([
  ...Object.values(REGISTRY_ACTIONS).map((action) => `ecr:${action}`),
  ...['iam:PassRole', 'sts:AssumeRole'],
]);

function isCalled(permission: string): boolean {
  const operation = permission.split(':')[1] ?? '';
  return OTHERWISE.has(permission) || new RegExp(`\\b(?:${operation}Command|paginate${operation})\\b`).test(sources);
}

describe('the policies of docs/iam', () => {
  it.each(templates)('%s allows no operation that nothing of ours calls', (template) => {
    const allowed = allowedBy(path.basename(template, '.json'));
    expect(allowed.length).toBeGreaterThan(0);
    expect(allowed.filter((permission) => !isCalled(permission))).toEqual([]);
  });

  it.each(Object.entries(UNUSED_IN_TESTS))('%s still allows what it allows for a reason', (template, reasons) => {
    expect(allowedBy(template)).toEqual(expect.arrayContaining(Object.keys(reasons)));
  });
});

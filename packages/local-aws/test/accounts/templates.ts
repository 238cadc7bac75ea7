import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from '@slipway/testkit';
import type { PolicyDocument } from '../../src/index.js';
import { REGION } from './two-accounts.js';

/** What a user fills into the templates of docs/iam, but for the account and the environment. */
const FILLED: Readonly<Record<string, string>> = {
  ...{ OWNER: 'acme', OWNER_ID: '1001', NAME: 'shop', REPOSITORY_ID: '2002', BRANCH: 'main' },
  ...{ SLIPWAY_REPOSITORY: 'your-org/slipway', SLIPWAY_COMMIT: 'a'.repeat(40), REGION, SOURCE_REGION: REGION },
  ...{ EXECUTION_ROLE: 'execution', TASK_ROLE: 'task', INFRASTRUCTURE_ROLE: 'infrastructure' },
};

/** filledTemplate reads a template of docs/iam and fills it as a user would; one that lacks a value is an error. */
export function filledTemplate(name: string, values: Readonly<Record<string, string>>): PolicyDocument {
  const text = readFileSync(path.join(REPOSITORY, 'docs/iam', `${name}.json`), 'utf8');
  const filled = text.replace(/<([A-Z_]+)>/g, (_all, key: string) => {
    const value = { ...FILLED, ...values }[key];
    if (value === undefined) throw new Error(`docs/iam/${name}.json has <${key}>, which nothing is filled in for`);
    return value;
  });
  return JSON.parse(filled) as PolicyDocument;
}

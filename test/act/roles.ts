import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AccountOptions, PolicyDocument } from '@slipway/local-aws';
import { ROOT } from '../yaml-documents.js';
import type { Consumer } from './github.js';

/** An environment's account, and the key of the person who set it up. */
export interface EnvironmentAccount {
  readonly environment: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  /** The environments whose jobs may read this one, besides itself. */
  readonly readers: readonly string[];
}

/** The roles that an environment's account has, as docs/iam/README.md says: `deploy` with both policies, and `read`. */
export function accountOf(account: EnvironmentAccount, consumer: Consumer, names: Names): AccountOptions {
  const { environment, accountId, accessKeyId, readers } = account;
  const template = (name: string, env = environment): PolicyDocument =>
    filled(name, { ...names, ACCOUNT: accountId, ENVIRONMENT: env, CLUSTER: environment, ...namesOf(consumer) });
  const permissions = ['role-push', 'role-deploy'].map((name) => template(name));
  return {
    accountId,
    users: [{ accessKeyId }],
    identityProviders: [{ url: 'https://token.actions.githubusercontent.com' }],
    roles: [
      { name: 'deploy', trustPolicy: template('trust-ids'), policies: permissions },
      {
        name: 'read',
        trustPolicy: { Statement: [environment, ...readers].flatMap((one) => template('trust-ids', one).Statement) },
        policies: [template('role-read')],
      },
    ],
  };
}

/** What is filled in for all accounts alike. */
export type Names = Readonly<Record<string, string>>;

function namesOf({ repository, ownerId, repositoryId, commit }: Consumer): Names {
  const [OWNER = '', NAME = ''] = repository.split('/');
  const ids = { OWNER_ID: String(ownerId), REPOSITORY_ID: String(repositoryId), SLIPWAY_COMMIT: commit };
  return { OWNER, NAME, BRANCH: 'main', ...ids };
}

/** filled reads a template of docs/iam; what nothing is filled in for is left, and is no ARN of anything. */
function filled(name: string, values: Names): PolicyDocument {
  const text = readFileSync(path.join(ROOT, 'docs/iam', `${name}.json`), 'utf8');
  return JSON.parse(text.replace(/<([A-Z_]+)>/g, (whole, key: string) => values[key] ?? whole)) as PolicyDocument;
}

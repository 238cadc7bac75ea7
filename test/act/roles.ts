import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AccountOptions, PolicyDocument, RoleOptions, StatementDocument } from '@slipway/local-aws';
import { ROOT } from '../yaml-documents.js';
import { OWN_REPOSITORY } from './adapt.js';
import type { Consumer } from './github.js';

/** An environment's account, and the key of the person who set it up. */
export interface EnvironmentAccount {
  readonly environment: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  /** The environments whose jobs may read this one, besides itself. */
  readonly readers: readonly string[];
  /** The environments whose jobs may say what a promotion would change here. */
  readonly planners?: readonly string[];
  /** Whether pushing has a role of its own. */
  readonly hasPushRole?: boolean;
}

/** What is filled in for all accounts alike. */
export type Names = Readonly<Record<string, string>>;

/** What the templates of an account are filled in with. */
export interface Filling {
  readonly consumer: Consumer;
  readonly names: Names;
  /** Each is its repository's and its family's name, too. */
  readonly services: readonly string[];
}

/** The roles that an environment's account has, as docs/iam/README.md says: of its environment, to push, to read and to plan. */
export function accountOf(account: EnvironmentAccount, filling: Filling): AccountOptions {
  const { environment, accountId, accessKeyId, readers, planners = [], hasPushRole = false } = account;
  const template = (name: string, env = environment): PolicyDocument =>
    filled(name, filling, {
      ...{ ...filling.names, ACCOUNT: accountId, ENVIRONMENT: env, CLUSTER: environment },
      ...namesOf(filling.consumer),
    });
  const role = (name: string, ...policies: readonly string[]): RoleOptions => ({
    ...{ name: `slipway-${name}`, trustPolicy: template('trust-ids') },
    policies: policies.map((policy) => template(policy)),
  });
  const trusting = (environments: readonly string[]): PolicyDocument => ({
    Statement: environments.flatMap((one) => template('trust-ids', one).Statement),
  });
  return {
    accountId,
    users: [{ accessKeyId }],
    identityProviders: [{ url: 'https://token.actions.githubusercontent.com' }],
    roles: [
      role(environment, 'role-deploy', ...(hasPushRole ? [] : ['role-push'])),
      ...(hasPushRole ? [role('push', 'role-push')] : []),
      { ...role('read', 'role-read'), trustPolicy: trusting([environment, ...readers]) },
      ...(planners.length > 0 ? [{ ...role('plan', 'role-plan'), trustPolicy: trusting(planners) }] : []),
    ],
  };
}

function namesOf({ repository, ownerId, repositoryId, commit }: Consumer): Names {
  const [OWNER = '', NAME = ''] = repository.split('/');
  const ids = { OWNER_ID: String(ownerId), REPOSITORY_ID: String(repositoryId), SLIPWAY_COMMIT: commit };
  return { OWNER, NAME, BRANCH: 'main', SLIPWAY_REPOSITORY: OWN_REPOSITORY, ...ids };
}

/** filled reads a template of docs/iam; what nothing is filled in for is left, and is no ARN of anything. */
function filled(name: string, { services }: Filling, values: Names): PolicyDocument {
  const text = readFileSync(path.join(ROOT, 'docs/iam', `${name}.json`), 'utf8');
  const document = JSON.parse(fill(text, values)) as { readonly Statement: readonly StatementDocument[] };
  // For several services, a list of ARNs.
  const Statement = document.Statement.map((statement) => ({
    ...statement,
    ...(statement.Resource === undefined ? {} : { Resource: ofEach(services, [statement.Resource].flat()) }),
  }));
  return { ...document, Statement };
}

function ofEach(services: readonly string[], resources: readonly string[]): readonly string[] {
  const all = resources.flatMap((one) => services.map((service) => fill(one, namesOfService(service))));
  return [...new Set(all)];
}

const namesOfService = (service: string): Names => ({
  ...{ SERVICE: service, REPOSITORY: service, FAMILY: service },
  ...{ EXECUTION_ROLE: `${service}-execution`, TASK_ROLE: `${service}-task` },
});

function fill(text: string, values: Names): string {
  return text.replace(/<([A-Z_]+)>/g, (whole, key: string) => values[key] ?? whole);
}

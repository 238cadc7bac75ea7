import { readFileSync } from 'node:fs';
import path from 'node:path';
import { permissionsOf, type CallRecord, type PolicyDocument } from '@slipway/local-aws';
import { UNUSED_IN_TESTS } from '../../scripts/generate/iam.js';
import { ROOT } from '../yaml-documents.js';

/** unused returns what a template of docs/iam allows, as in `ecs:UpdateService`, and none of some roles' calls needed. */
export function unused(template: string, roles: readonly string[], calls: readonly CallRecord[]): readonly string[] {
  const isOfRole = ({ callerArn = '' }: CallRecord): boolean =>
    roles.some((role) => callerArn.includes(`:assumed-role/${role}/`));
  const used = new Set(calls.filter(isOfRole).flatMap(permissionsOf));
  return allowedBy(template).filter((permission) => !used.has(permission));
}

/** explained returns what a template allows for a reason that the generator gives. */
export function explained(template: string): readonly string[] {
  return Object.keys(UNUSED_IN_TESTS[template] ?? {}).sort();
}

/** allowedBy returns what a template of docs/iam allows, as in `ecs:UpdateService`, sorted. */
export function allowedBy(template: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, 'docs/iam', `${template}.json`), 'utf8');
  const statements = [(JSON.parse(text) as PolicyDocument).Statement].flat();
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}

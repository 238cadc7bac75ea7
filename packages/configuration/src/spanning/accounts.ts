import type { Problem } from '@slipway/yaml-source';
import { isElsewhere, type Place } from '../elsewhere.js';
import { asRaw, namesIn, ownMember, type Raw } from './raw.js';
import type { Parts } from './parts.js';

const ROLES = ['role', 'push-role', 'read-role', 'plan-role'] as const;

/** accountProblems finds roles of other accounts, and images that a later environment could not read. */
export function accountProblems(parts: Parts): Problem[] {
  return [...foreignRoles(parts), ...unreadable(parts)];
}

function foreignRoles({ yaml, environments }: Parts): Problem[] {
  return Object.entries(environments).flatMap(([environment, settings]) => {
    const raw = asRaw(settings);
    const account = accountOf(raw);
    return ROLES.flatMap((role) => {
      const [, owner] = /^arn:[\w-]+:iam::(\d{12}):/.exec(String(raw[role])) ?? [];
      if (account === undefined || owner === undefined || owner === account) return [];
      const at = yaml.positionAt(['environments', environment, role]);
      return [{ ...at, message: `'${role}' belongs to account ${owner}, and '${environment}' is account ${account}` }];
    });
  });
}

function accountOf(environment: Raw): string | undefined {
  const text = String(environment['account']);
  return /^\d{12}$/.test(text) ? text : undefined;
}

/** A job has one identity at a time for each account: the later one reads by a role that the earlier account gives it. */
function unreadable({ yaml, environments, branches }: Parts): Problem[] {
  const needed = new Map<string, string>();
  for (const list of Object.values(branches)) {
    const stages = namesIn(list).map(({ name }) => ({ name, settings: asRaw(ownMember(environments, name)) }));
    for (const [index, { name, settings }] of stages.entries()) {
      const elsewhere = stages
        .slice(index + 1)
        .find((later) => isElsewhere(placeOf(settings), placeOf(later.settings)));
      if (elsewhere && settings['read-role'] === undefined) needed.set(name, elsewhere.name);
    }
  }
  return [...needed].map(([name, later]) => ({
    ...yaml.positionOfKey(['environments'], name),
    message: `'${name}' comes before '${later}', which is in another account or region: add 'read-role' to '${name}', the role by which jobs of '${later}' read its images`,
  }));
}

function placeOf(environment: Raw): Place {
  return { account: accountOf(environment), region: String(environment['region']) };
}

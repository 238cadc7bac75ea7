import type { RunNeeds } from './select.js';

/**
 * suiteCredentials returns what the checks of a suite sign in with: as it stands in the environment, as `basic-env` sends
 * it, and its password alone. A service may answer with what it was sent: they are hidden before the first check.
 */
export function suiteCredentials({ suite, environment = {} }: RunNeeds): readonly string[] {
  return suite.checks.flatMap(({ request: { auth } }) => {
    const secret = auth && environment[auth.variable];
    if (!secret) return [];
    const password = auth.kind === 'basic' ? secret.slice(secret.indexOf(':') + 1) : '';
    return [secret, Buffer.from(secret).toString('base64'), ...(password === '' ? [] : [password])];
  });
}

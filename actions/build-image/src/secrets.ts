import { SlipwayError } from '@slipway/core';
import type { BuildContext } from './inputs.js';
import { secretVariable } from './plan.js';

/** secretEnvironment is what the builder finds its secrets in. @throws SlipwayError INPUT_INVALID for a variable that is not set */
export function secretEnvironment({
  inputs,
  environment,
}: Pick<BuildContext, 'inputs' | 'environment'>): Readonly<Record<string, string>> {
  const given = Object.values(inputs.secrets).map((value, at) => [secretVariable(at), value] as const);
  const fromJob = Object.entries(inputs['secret-envs']).map(([id, name]) => {
    const value = environment[name];
    if (value === undefined || value === '') throw notSet(id, name);
    return [name, value] as const;
  });
  return Object.fromEntries([...given, ...fromJob]);
}

function notSet(id: string, name: string): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `1 input is missing or malformed:\n  - 'secret-envs' takes '${id}' from the variable ${name}, which is not set.`,
    hint: "Set it in the step's 'env', or pass the secret by 'secrets'. A fork's pull request gets no secrets.",
  });
}

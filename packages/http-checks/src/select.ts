import { SlipwayError } from '@slipway/core';
import { usesVariables } from './prepare.js';
import type { Check, Suite } from './suite.js';

/**
 * selectChecks returns the checks that have one of the tags, in the suite's order; all of them without tags.
 *
 * @throws SlipwayError CHECKS_NONE_SELECTED
 */
export function selectChecks({ checks, file }: Suite, tags: readonly string[] = []): readonly Check[] {
  if (tags.length === 0) return checks;
  const selected = checks.filter((check) => check.tags?.some((tag) => tags.includes(tag)));
  if (selected.length > 0) return selected;
  throw new SlipwayError({
    code: 'CHECKS_NONE_SELECTED',
    message: `No check of '${file}' has one of the tags ${tags.map((tag) => `'${tag}'`).join(', ')}.`,
    hint: 'A run without checks would prove nothing. Correct the tags, there or where the checks are run.',
  });
}

/**
 * valuesOf returns what a run begins with; undefined for a suite without variables, whose braces are braces.
 *
 * @throws SlipwayError CHECKS_VARIABLE_MISSING
 */
export function valuesOf(suite: Suite, given: Readonly<Record<string, string>> = {}): Map<string, string> | undefined {
  if (!usesVariables(suite.checks, suite.variables)) return undefined;
  const values = new Map<string, string>();
  for (const [name, otherwise] of suite.variables ?? []) {
    const value = Object.hasOwn(given, name) ? given[name] : otherwise;
    if (value === null || value === undefined) throw variableMissing(name, suite.file);
    values.set(name, value);
  }
  return values;
}

/** What a run needs beside its suite. */
export interface RunNeeds {
  readonly suite: Suite;
  readonly variables?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * assertSuiteRuns requires that a run has what it needs, for whoever begins something long before the run: the tags
 * select a check, every variable has a value, every credential that an `auth` names is there.
 *
 * @throws SlipwayError CHECKS_NONE_SELECTED, CHECKS_VARIABLE_MISSING, CHECKS_CREDENTIAL_MISSING
 */
export function assertSuiteRuns({ suite, variables, tags, environment = {} }: RunNeeds): void {
  valuesOf(suite, variables);
  for (const { name, request } of selectChecks(suite, tags)) {
    if (request.auth && !environment[request.auth.variable]) throw credentialMissing(request.auth.variable, name);
  }
}

function credentialMissing(variable: string, check: string): SlipwayError {
  return new SlipwayError({
    code: 'CHECKS_CREDENTIAL_MISSING',
    message: `The check '${check}' signs in with the environment variable '${variable}', which is not set.`,
    hint: "Set it in the step's 'env', from a secret.",
  });
}

function variableMissing(name: string, file: string): SlipwayError {
  return new SlipwayError({
    code: 'CHECKS_VARIABLE_MISSING',
    message: `The suite '${file}' needs a value for its variable '${name}', and none was given.`,
    hint: "Give it where the suite is run, or a value in the suite's 'variables' in the place of null.",
  });
}

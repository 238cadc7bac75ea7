import { messageOf } from '@slipway/core';
import type { Path, Problem, YamlText } from '@slipway/yaml-source';
import { toSchemaCheck } from './json-schema.js';
import { templatesIn } from './variables.js';

/** What no single member can tell: looked for even where the rest is wrong, so that all is told at once. */
export function spanningProblems(yaml: YamlText, value: unknown): Problem[] {
  const checks = members(member(value, 'checks'));
  return [
    ...bodyProblems(yaml, checks),
    ...nameProblems(yaml, checks),
    ...schemaProblems(yaml, checks),
    ...variableProblems(yaml, value, checks),
  ];
}

function bodyProblems(yaml: YamlText, checks: readonly unknown[]): Problem[] {
  return checks.flatMap((check, index) => {
    const request = member(check, 'request');
    if (member(request, 'body') === undefined || member(request, 'json') === undefined) return [];
    const at = yaml.positionOfKey(['checks', index, 'request'], 'json');
    return [{ ...at, message: "a request has a 'body' or a 'json', not both" }];
  });
}

function nameProblems(yaml: YamlText, checks: readonly unknown[]): Problem[] {
  const names = new Set<string>();
  return checks.flatMap((check, index) => {
    const given = member(check, 'name');
    if (typeof given !== 'string') return [];
    const name = given.trim();
    const isNew = !names.has(name);
    names.add(name);
    if (isNew) return [];
    const at = yaml.positionAt(['checks', index, 'name']);
    return [{ ...at, message: `the name '${name}' stands above already; each check has its own` }];
  });
}

function schemaProblems(yaml: YamlText, checks: readonly unknown[]): Problem[] {
  return checks.flatMap((check, index) => {
    const schema = member(member(check, 'expect'), 'schema');
    if (typeof schema !== 'object' || schema === null) return [];
    try {
      toSchemaCheck(schema);
      return [];
    } catch (error) {
      const at = yaml.positionAt(['checks', index, 'expect', 'schema']);
      return [{ ...at, message: `this is no JSON Schema: ${messageOf(error)}` }];
    }
  });
}

/** A suite that declares and captures nothing may have braces of its own; in any other a name must be known by then. */
function variableProblems(yaml: YamlText, value: unknown, checks: readonly unknown[]): Problem[] {
  const known = new Set(keysOf(member(value, 'variables')));
  const captured = checks.flatMap((check) => keysOf(member(check, 'capture')));
  if (known.size + captured.length === 0) return [];
  return checks.flatMap((check, index) => {
    const problems = ['request', 'expect'].flatMap((part) =>
      templatesWithin(member(check, part), ['checks', index, part])
        .filter(({ name }) => !known.has(name))
        .map(({ name, path }) => ({
          ...yaml.positionAt(path),
          message: captured.includes(name)
            ? `'{{${name}}}' is captured only by this check or a later one`
            : `'{{${name}}}' is neither among the variables nor captured above; known here: ${[...known].join(', ') || 'none'}`,
        })),
    );
    for (const name of keysOf(member(check, 'capture'))) known.add(name);
    return problems;
  });
}

function templatesWithin(value: unknown, path: Path): { readonly name: string; readonly path: Path }[] {
  if (typeof value === 'string') return templatesIn(value).map((name) => ({ name, path }));
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? [...(value as unknown[]).entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => templatesWithin(inner, [...path, key]));
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function members(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

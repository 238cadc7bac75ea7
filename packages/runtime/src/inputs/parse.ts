import { SlipwayError, nearest } from '@slipway/core';
import { rawInput, variableOf, type Environment } from './environment.js';
import { withHandedOver } from './handed-over.js';
import type { InputSchema, InputSpec, InputsOf } from './schema.js';
import { parseValue, type Places } from './values.js';

/** More than this of a wrong value helps nobody. */
const LONGEST_SHOWN = 80;

/**
 * parseInputs reads all inputs of an action and reports all problems at once.
 *
 * @throws SlipwayError INPUT_INVALID, its message one line per input; and what {@link withHandedOver} throws
 */
export function parseInputs<S extends InputSchema>(schema: S, given: Environment, places: Places): InputsOf<S> {
  const environment = withHandedOver(schema, given, places);
  const values: Record<string, unknown> = {};
  const problems: string[] = unknownInputs(schema, environment);
  for (const [name, spec] of Object.entries(schema)) {
    const text = rawInput(name, environment);
    if (text === undefined) {
      if (spec.required) problems.push(missing(name, spec));
      else values[name] = defaultOf(spec);
      continue;
    }
    if (isMasked(spec, text)) {
      problems.push(masked(name));
      continue;
    }
    const parsed = parseValue(spec, text, places);
    if ('value' in parsed) values[name] = parsed.value;
    else problems.push(invalid(name, shown(spec, text), withExample(spec, parsed.expected)));
  }
  if (problems.length > 0) throw inputError(problems, blanked(schema, environment));
  return values as InputsOf<S>;
}

/**
 * The runner warns of an input that an action does not declare, and passes it on all the same (actions/runner,
 * ActionRunner): a misspelt one would be left out silently.
 */
function unknownInputs(schema: InputSchema, environment: Environment): string[] {
  const known = new Map(Object.keys(schema).map((name) => [variableOf(name), name]));
  const given = Object.keys(environment).filter((name) => /^INPUT_[A-Z0-9_-]+$/.test(name) && !known.has(name));
  return given.map((variable) => {
    const name = variable.slice('INPUT_'.length).toLowerCase();
    const meant = nearest(name, [...known.values()]);
    return `'${name}' is no input of this action${meant === undefined ? '' : `; did you mean '${meant}'?`}`;
  });
}

/** What GitHub does with the output of a job that holds a masked text; that job's log has a line of it. */
const BLANKED =
  "An expression that gives nothing arrives empty: a misspelt one, or an output of another job that held a secret ('Skip output … since it may contain secret' in that job's log). Pass digest, tag and repository, which hold no account id.";

/** A default that is an expression is GitHub's to evaluate: an input that is empty after that is not set. */
function defaultOf(spec: InputSpec): unknown {
  if (spec.type === 'list') return [];
  if (spec.type === 'map') return {};
  return typeof spec.default === 'string' && spec.default.startsWith('${{') ? undefined : spec.default;
}

function missing(name: string, spec: InputSpec): string {
  const example = spec.example === undefined ? '' : `, for example '${spec.example}'`;
  return `'${name}' is required and not set${example}.`;
}

/** What lines are to look like is seen best. */
function withExample({ type, example }: InputSpec, expected: string): string {
  return type === 'map' && example !== undefined ? `${expected}; for example '${example}'` : expected;
}

/** A value as an error may show it. */
function shown(spec: InputSpec, text: string): string {
  if (text.includes('***')) return '***';
  // The values of a map are environment variables more often than not: none of them is shown.
  if (spec.secret || spec.type === 'map') return 'a value that is kept secret';
  return `'${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}'`;
}

/** A text of one's own may have asterisks, as the line of a log does; an image, an ARN, an address or a path has them from the runner. */
function isMasked({ type, secret }: InputSpec, text: string): boolean {
  if (secret || (type !== 'string' && type !== 'list' && type !== 'path')) return false;
  const pieces = type === 'list' ? text.split(/[\s,]+/) : [text];
  return pieces.some((piece) => piece === '***' || (/^\S*\*{3}\S*$/.test(piece) && /[.:/@]/.test(piece)));
}

function masked(name: string): string {
  return `'${name}' has '***' in it: the runner masked it on its way here. Pass pieces that hold no secret (digest, tag, repository) instead of a whole URI or ARN.`;
}

function invalid(name: string, got: string, expected: string): string {
  // The runner blanks what it holds for a secret when an output crosses jobs; what arrives is asterisks.
  if (got === '***') return masked(name);
  return `'${name}' is ${got}; expected ${expected}.`;
}

/**
 * Whether a required input is there and empty. A step cannot tell one that was not written from one whose expression
 * gave nothing; the second is what users do not find by themselves.
 */
function blanked(schema: InputSchema, environment: Environment): boolean {
  return Object.entries(schema).some(([name, spec]) => spec.required && environment[variableOf(name)]?.trim() === '');
}

function inputError(problems: readonly string[], isBlanked: boolean): SlipwayError {
  const count = problems.length === 1 ? '1 input is' : `${problems.length} inputs are`;
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `${count} missing or malformed:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    hint: isBlanked ? `Correct the 'with:' block of this step. ${BLANKED}` : "Correct the 'with:' block of this step.",
  });
}

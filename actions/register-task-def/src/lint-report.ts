import { taskDefinitionShape } from '@slipway/aws';
import { SlipwayError, nearest } from '@slipway/core';
import type { Log } from '@slipway/runtime';
import { lint, pathText, RULES, SHAPE_RULES, type Changed, type Finding, type Path } from '@slipway/task-definition';
import type { Inputs } from './plan.js';

/** Where the linted definition stands. */
export interface LintedPlace {
  /** What an error calls it: the file, or where else it comes from. */
  readonly name: string;
  /** The file relative to the workspace, and the line of a member in it; absent for what comes from ECS. */
  readonly file?: { readonly name: string; readonly lineOf: (path: Path) => number };
}

/** assertRulesKnown refuses codes that no rule has. @throws SlipwayError INPUT_INVALID */
export function assertRulesKnown(codes: readonly string[]): void {
  const known = [...SHAPE_RULES, ...RULES].map(({ code }) => code);
  const unknown = codes.filter((code) => !known.includes(code));
  if (unknown.length === 0) return;
  const meant = unknown.map((code) => nearest(code, known)).filter((code) => code !== undefined);
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'lint-allow' names no rule: ${unknown.join(', ')}.`,
    hint: meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : 'docs/task-definition-rules.md lists the rules.',
  });
}

/**
 * assertLint holds a definition against the SDK's model and the rules, annotates every finding at its line, and refuses
 * the definition when one of them is an error.
 *
 * @throws SlipwayError REGISTER_LINT_FAILED that lists all of them
 */
export function assertLint(
  changed: Changed,
  inputs: Inputs,
  told: { readonly log: Log; readonly place: LintedPlace },
): readonly Finding[] {
  const findings = lint(changed.definition, taskDefinitionShape(), {
    unknownFields: inputs['unknown-fields'],
    allow: inputs['lint-allow'],
  });
  const lines = findings.map((finding) => ({ finding, ...textOf(finding, changed, told.place) }));
  for (const { finding, text, line } of lines) {
    const { file } = told.place;
    const at = { title: finding.rule, ...(file && line !== undefined ? { file: file.name, startLine: line } : {}) };
    told.log[finding.severity](text, at);
  }
  const wrong = lines.filter(({ finding }) => finding.severity === 'error');
  if (wrong.length === 0) return findings;
  throw new SlipwayError({
    code: 'REGISTER_LINT_FAILED',
    message: `${told.place.name} breaks ${wrong.length === 1 ? 'a rule' : `${wrong.length} rules`}:\n${wrong.map(({ text }) => `  - ${text}`).join('\n')}`,
    hint: "Nothing was sent. docs/task-definition-rules.md explains each rule; 'lint-allow' names those that are not held.",
  });
}

/** A finding in a line of text. What an input set is told by the input's name, and has no line. */
function textOf(
  { rule, path, message }: Finding,
  { setBy }: Changed,
  place: LintedPlace,
): { text: string; line: number | undefined } {
  const input = setBy.find((set) => set.path.every((step, index) => path[index] === step))?.input;
  const line = input === undefined ? place.file?.lineOf(path) : undefined;
  const where = line === undefined ? '' : `${place.file?.name}:${line}: `;
  const by = input === undefined ? '' : `, set by the input '${input}'`;
  const at = path.length === 0 ? '' : `${pathText(path)}${by}: `;
  return { text: `${where}${at}${message} (${rule})`, line };
}

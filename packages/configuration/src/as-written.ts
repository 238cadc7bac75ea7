import { pathText, takesText, type Problem, type YamlText } from '@slipway/yaml-source';
import { configurationSchema } from './schema.js';

/**
 * asWrittenProblems finds values that are no text in YAML and would not become the text that was written: 007, 1.10,
 * 0x10, True. They are quoted, or they would reach a container as something else; where no text is taken, they are
 * written as they are read.
 */
export function asWrittenProblems(yaml: YamlText, text: string, value: unknown): Problem[] {
  const starts = lineStarts(text);
  return scalars(value, []).flatMap(({ path, scalar }) => {
    const at = yaml.positionAt(path);
    const rest = text.slice((starts[at.line - 1] ?? 0) + at.column - 1);
    const [written = ''] = /^[^\s,\]}]*/.exec(rest) ?? [];
    if (written === String(scalar)) return [];
    return [
      {
        ...at,
        message: `'${pathText(path)}' is '${written}', which YAML reads as ${String(scalar)}: ${remedy(path, scalar)}`,
      },
    ];
  });
}

/** In quotes it would be a text, which a number's or a switch's place does not take. */
function remedy(path: Placed['path'], scalar: Placed['scalar']): string {
  return takesText(configurationSchema, path) ? 'put it in quotes' : `write ${String(scalar)}`;
}

interface Placed {
  readonly path: readonly PropertyKey[];
  readonly scalar: number | boolean;
}

function scalars(value: unknown, path: readonly PropertyKey[]): Placed[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [{ path, scalar: value }];
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value) ? [...(value as unknown[]).entries()] : Object.entries(value);
  return members.flatMap(([key, member]) => scalars(member, [...path, key]));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

import path from 'node:path';
import type { InputSpec } from './schema.js';

/** Where relative paths start and which folders a path may lie in. */
export interface Places {
  /** GITHUB_WORKSPACE. */
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
}

/** A value, or what would have been right. */
export type Parsed = { readonly value: unknown } | { readonly expected: string };

/** parseValue reads one input's text, which is not empty, by its specification. */
export function parseValue(spec: InputSpec, text: string, places: Places): Parsed {
  switch (spec.type) {
    case 'string':
      return !spec.pattern || fullMatch(spec.pattern, text)
        ? { value: text }
        : { expected: spec.expects ?? `a text that matches ${spec.pattern.source}` };
    case 'boolean':
      return parseBoolean(text);
    case 'integer':
      return parseInteger(text, spec.min, spec.max);
    case 'percent':
      return parsePercent(text, spec.min, spec.max);
    case 'enum':
      return spec.values.includes(text) ? { value: text } : { expected: `one of: ${spec.values.join(', ')}` };
    case 'path':
      return parsePath(text, places);
    case 'list':
      return { value: splitList(text, spec.begins) };
    case 'map':
      return parseMap(text);
  }
}

function fullMatch(pattern: RegExp, text: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text);
}

/** The three spellings of YAML 1.2's core schema, as GitHub's own toolkit reads them. */
function parseBoolean(text: string): Parsed {
  if (['true', 'True', 'TRUE'].includes(text)) return { value: true };
  if (['false', 'False', 'FALSE'].includes(text)) return { value: false };
  return { expected: "'true' or 'false'" };
}

function parseInteger(text: string, min: number, max: number): Parsed {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? { value } : { expected: `a whole number from ${min} to ${max}` };
}

function parsePercent(text: string, min: number, max: number): Parsed {
  const value = /^\d{1,3}(?:\.\d)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? { value } : { expected: `a number from ${min} to ${max}, one decimal at most` };
}

function parsePath(text: string, places: Places): Parsed {
  if (text.includes('\0')) return { expected: 'a path without a NUL character' };
  const resolved = path.resolve(places.workspace, text);
  return isWithin(places.workspace, resolved) || isWithin(places.temp, resolved)
    ? { value: resolved }
    : { expected: 'a path inside the workspace (GITHUB_WORKSPACE) or RUNNER_TEMP' };
}

/** isWithin tells whether a path is a folder itself or lies in it. Both are absolute. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

/** splitList reads entries separated by newline or comma; where it is told how entries begin, no comma within one splits it. */
export function splitList(text: string, begins = /^/): string[] {
  return text
    .split('\n')
    .flatMap((line) => entriesOf(line, begins))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function entriesOf(line: string, begins: RegExp): readonly string[] {
  const entries: string[] = [];
  for (const piece of line.split(',')) {
    const last = entries.length - 1;
    // Nothing begins nothing: a comma at the end of a line ends its entry.
    if (last < 0 || piece.trim() === '' || startsWith(begins, piece.trim())) entries.push(piece);
    else entries[last] += `,${piece}`;
  }
  return entries;
}

function startsWith({ source, flags }: RegExp, text: string): boolean {
  return new RegExp(`^(?:${source})`, flags).test(text);
}

function parseMap(text: string): Parsed {
  const map: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (at < 0 || key === '') return { expected: `lines of the form key=value, and line ${index + 1} is none` };
    // Only the key is trimmed: white space may be part of a value.
    map[key] = line.slice(at + 1);
  }
  return { value: map };
}

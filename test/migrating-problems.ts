import { COMMON_OUTPUTS, type ActionDefinition } from '@slipway/runtime';
import { parseValue } from '../packages/runtime/src/inputs/values.js';
import { codeIn, migrationTables, sectionsOf, type MigrationRow, type MigrationTable } from './migrating-tables.js';

/** Somebody else's action, as its action.yml names its inputs and outputs. */
export interface PeerAction {
  /** `docker/metadata-action`, which is also the heading of its section. */
  readonly action: string;
  /** Where the names were read. */
  readonly version: string;
  readonly commit: string;
  readonly inputs: readonly string[];
  /** Those that only its README names are among them. */
  readonly outputs: readonly string[];
}

type Definitions = ReadonlyMap<string, ActionDefinition>;

/** What nothing takes the place of. */
const NONE = '—';
/** ``bluegreen-deploy `strategy: canary`, `canary-percent` ``, or an action alone. */
const TARGET = /^([a-z][a-z-]*)((?: `[^`]+`(?:, `[^`]+`)*)?)$/;
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const PLACES = { workspace: '/workspace', temp: '/temp' };

/**
 * migrationProblems returns what is wrong with the tables of a guide, one sentence each: names of a peer that are
 * missing, twice or invented, places that do not exist here, and gaps without a reason.
 */
export function migrationProblems(markdown: string, peers: readonly PeerAction[], own: Definitions): string[] {
  const tables = migrationTables(markdown);
  const sections = sectionsOf(markdown);
  const words = wordsOf(peers, own);
  return [
    ...peers.flatMap((peer) => [
      ...(sections.some(({ heading, text }) => heading === peer.action && text.includes(`Read from ${peer.version}`))
        ? []
        : [`${peer.action}: no section says that it was read from ${peer.version}`]),
      ...listProblems(peer, 'input', tables),
      ...listProblems(peer, 'output', tables),
    ]),
    ...tables.flatMap((table) =>
      table.rows.flatMap((row) =>
        [...placeProblems(table, row, own), ...noteProblems(row, words)].map(
          (problem) => `${table.heading}: ${row.names.join(', ')}: ${problem}`,
        ),
      ),
    ),
  ];
}

function listProblems(peer: PeerAction, kind: 'input' | 'output', tables: readonly MigrationTable[]): string[] {
  const listed = kind === 'input' ? peer.inputs : peer.outputs;
  const shown = tables
    .filter((table) => table.heading === peer.action && table.kind.toLowerCase() === kind)
    .flatMap(({ rows }) => rows.flatMap(({ names }) => names));
  const count = (name: string): number => shown.filter((other) => other === name).length;
  return [
    ...listed
      .filter((name) => count(name) !== 1)
      .map((name) => `${peer.action}: ${kind} '${name}' is there ${count(name)} times`),
    ...shown
      .filter((name) => !listed.includes(name))
      .map((name) => `${peer.action}: it has no ${kind} '${name}' in ${peer.version}`),
  ];
}

/** In a table of inputs inputs are meant, in a table of outputs outputs; elsewhere an action alone may do. */
function placeProblems({ kind }: MigrationTable, { here, note }: MigrationRow, own: Definitions): string[] {
  if (here === NONE) return /\w.*\.$/s.test(note) ? [] : ['there is no reason'];
  return here.split('; ').flatMap((target) => {
    const [, action = '', list = ''] = TARGET.exec(target) ?? [];
    const definition = own.get(action);
    if (!definition) return [`'${target}' names no action of ours`];
    const spans = codeIn(list);
    if (spans.length === 0 && (kind === 'Input' || kind === 'Output')) return [`'${target}' names no ${kind}`];
    return spans.flatMap((span) => (kind === 'Output' ? outputProblems : inputProblems)(definition, span));
  });
}

function outputProblems({ name, outputs }: ActionDefinition, span: string): string[] {
  return Object.hasOwn({ ...outputs, ...COMMON_OUTPUTS }, span) ? [] : [`${name} has no output '${span}'`];
}

function inputProblems({ name, inputs }: ActionDefinition, span: string): string[] {
  const [input = '', value] = span.split(': ');
  const spec = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
  if (!spec) return [`${name} has no input '${input}'`];
  if (value === undefined) return [];
  const parsed = parseValue(spec, value, PLACES);
  return 'expected' in parsed ? [`'${input}' of ${name} is '${value}', not ${parsed.expected}`] : [];
}

/** A note speaks of inputs, outputs and values by name: a renamed one would stay behind in it. */
function noteProblems({ note }: MigrationRow, words: ReadonlySet<string>): string[] {
  const unknown = codeIn(note).filter((code) => NAME.test(code) && !words.has(code));
  return unknown.map((code) => `nothing is called '${code}'`);
}

/** Words of the structures that an input holds, and the mark by which ECS shows our tasks. */
const OTHER_WORDS = ['name', 'slipway'];

function wordsOf(peers: readonly PeerAction[], own: Definitions): ReadonlySet<string> {
  const ours = [...own.values()].flatMap(({ name, inputs, outputs }) => [
    name,
    ...Object.keys(inputs),
    ...Object.keys(outputs),
    ...Object.values(inputs).flatMap((spec) => (spec.type === 'enum' ? spec.values : [])),
  ]);
  return new Set([...ours, ...peers.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]), ...OTHER_WORDS]);
}

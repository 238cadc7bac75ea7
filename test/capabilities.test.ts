import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configurationJsonSchema } from '@slipway/configuration';
import { codeIn, sectionsOf } from './migrating-tables.js';
import { loadOwnCode } from './own-code.js';
import { asMap, ROOT } from './yaml-documents.js';

/** One capability, by its three ways: as a step, in slipway.yml, as an input of deliver.yml. */
interface Row {
  readonly what: string;
  readonly step: string;
  readonly file: string;
  readonly inputs: string;
}

const guide = readFileSync(path.join(ROOT, 'docs/pipeline.md'), 'utf8');
const section = sectionsOf(guide).find(({ heading }) => heading === 'What can be set where');
const rows: readonly Row[] = [...(section?.text ?? '').matchAll(/^\|(.+)\|$/gm)].slice(2).map(([, line = '']) => {
  const [what = '', step = '', file = '', inputs = ''] = line.split('|').map((cell) => cell.trim());
  return { what, step, file, inputs };
});

const { actions, workflows } = await loadOwnCode();
const called = asMap(asMap(asMap(workflows.get('deliver.yml')?.root)['on'])['workflow_call']);
const deliverInputs = { ...asMap(called['inputs']), ...asMap(called['secrets']) };
const settings = settingsOf();

/** The names that slipway.yml knows, at its top and of a service or an environment. */
function settingsOf(): object {
  const top = asMap(asMap(configurationJsonSchema())['properties']);
  const of = (part: string): object => asMap(asMap(asMap(top[part])['additionalProperties'])['properties']);
  return { ...top, ...of('services'), ...of('environments') };
}

/** What a cell says is the same as in the one before it has its names. */
const namesIn = (cell: string, before: readonly string[]): readonly string[] =>
  cell.startsWith('the same') ? before : codeIn(cell);

const missing = (names: readonly string[], known: object): string[] =>
  names.filter((name) => !Object.hasOwn(known, name));

describe('what can be set where', () => {
  it('is a table', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows)('$what: speaks of settings that are there', ({ step, file, inputs }) => {
    const parts = step.split('; ').filter((part) => codeIn(part).length > 0);
    const unknown = parts.flatMap((part) =>
      missing(codeIn(part), asMap(actions.get(/^[\w-]+/.exec(part)?.[0] ?? '')?.inputs)),
    );
    const inFile = namesIn(file, codeIn(step));
    // A secret of the call is told beside the file's own names.
    const known = { ...settings, ...asMap(called['secrets']) };
    expect([...unknown, ...missing(inFile, known), ...missing(namesIn(inputs, inFile), deliverInputs)]).toEqual([]);
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPOSITORY } from '@slipway/testkit';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { generateAll, readDefinition } from '../scripts/generate.js';

const generated = [...(await generateAll())];

describe('npm run generate', () => {
  it.each(generated)('leaves no difference in %s', async (file, text) => {
    const options = await resolveConfig(path.join(REPOSITORY, file));
    // READMEs and policies are formatted after they are written; the others stay as the generator writes them.
    const isFormatted = file.endsWith('.md') || file.startsWith('docs/iam/');
    const expected = isFormatted ? await format(text, { ...options, filepath: file }) : text;
    expect(await readFile(path.join(REPOSITORY, file), 'utf8')).toBe(expected);
  });

  it.each(generated.filter(([file]) => file.endsWith('.yml')))(
    'writes what a runner reads into %s',
    async (file, text) => {
      const action = parse(text) as {
        inputs: Record<string, object>;
        outputs: Record<string, object>;
        runs: { using: string; main: string; post?: string };
      };
      const definition = await readDefinition(path.basename(path.dirname(file)));
      expect(Object.keys(action.inputs)).toEqual(Object.keys(definition.inputs));
      expect(Object.keys(action.outputs)).toEqual(['outcome', 'report', ...Object.keys(definition.outputs)]);
      expect(action.runs).toMatchObject({ using: 'node24', main: 'dist/index.js' });
      expect(action.runs.post).toBe(definition.hasPost ? 'dist/index.js' : undefined);
    },
  );
});

describe('docs/iam', () => {
  it('says of every placeholder of its templates what it is', async () => {
    const templates = generated.filter(([file]) => file.startsWith('docs/iam/')).map(([, text]) => text);
    const placeholders = new Set(templates.join().match(/<[A-Z_]+>/g));
    expect(placeholders.size).toBeGreaterThan(10);
    const readme = await readFile(path.join(REPOSITORY, 'docs/iam/README.md'), 'utf8');
    expect([...placeholders].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('has a heading for every code that the sources throw, and for no other', async () => {
    const { codesInSources } = await import('./error-codes.js');
    const text = await readFile(path.join(REPOSITORY, 'docs/errors.md'), 'utf8');
    const documented = [...text.matchAll(/^### `([A-Z0-9_]+)`$/gm)].map((match) => match[1]);
    expect([...documented].sort()).toEqual([...(await codesInSources())].sort());
  });
});

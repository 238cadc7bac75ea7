import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { toSchemaCheck } from '../src/json-schema.js';
import { suiteJsonSchema } from '../src/json-schema-of-suite.js';

const PUBLISHED = fileURLToPath(new URL('../suite.schema.json', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../../examples/hello-service/checks.yml', import.meta.url));

describe('suite.schema.json', () => {
  it('is what the format says; `npm run generate` writes it', async () => {
    expect(JSON.parse(await readFile(PUBLISHED, 'utf8'))).toEqual(suiteJsonSchema());
  });

  it('takes a suite, and refuses what is none', async () => {
    const check = toSchemaCheck(JSON.parse(await readFile(PUBLISHED, 'utf8')) as object);
    const suite = parse(await readFile(EXAMPLE, 'utf8')) as object;
    expect(check(suite)).toEqual([]);
    expect(check({ ...suite, checks: [] })).not.toEqual([]);
    expect(check({ ...suite, extra: 1 })).not.toEqual([]);
  });
});

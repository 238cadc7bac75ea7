import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MOTO_DIFFERENCES } from '../conformance/moto-differences/index.js';
import { NOT_IN_MOTO } from '../conformance/not-in-moto.js';
import { HEADINGS, rowOf } from '../conformance/table.js';
import { HELP } from '../src/cli-options.js';
import { REGISTRY_ACTIONS } from '../src/http/registry-call.js';
import { localAwsPerTest } from './running.js';

const start = localAwsPerTest();
const DOCUMENT = join(import.meta.dirname, '../../../docs/local-aws.md');

/** The text between a heading and the next of its level or a higher one. */
async function section(heading: RegExp): Promise<string> {
  const lines = (await readFile(DOCUMENT, 'utf8')).split('\n');
  const first = lines.findIndex((line) => heading.test(line));
  const level = /^#+/.exec(lines[first] ?? '')?.[0].length ?? 0;
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? Infinity) <= level);
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The cells of every row of a table but its head. Prettier escapes what Markdown would take for more than itself. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/local-aws.md', () => {
  it('has exactly the operations that there are', async () => {
    const { services } = await start();
    for (const { id, operations } of services) {
      const listed = rows(await section(new RegExp(`^### .*\\(\`${id}\`\\)$`))).map(([name]) => name);
      expect([id, listed.sort()]).toEqual([id, Object.keys(operations).sort()]);
    }
  });

  it('has exactly the differences to moto that the suite knows', async () => {
    const listed = rows(await section(/^### Differences to moto$/));
    expect(listed).toEqual(MOTO_DIFFERENCES.map(rowOf));
    for (const cells of listed) expect(cells).toHaveLength(HEADINGS.length);
  });

  it('names what is not compared', async () => {
    const text = await section(/^### Differences to moto$/);
    for (const { operation } of NOT_IN_MOTO) expect(text).toContain(`\`${operation.split(':')[1] ?? ''}\``);
  });

  it('names what the registry can be asked', async () => {
    const text = await section(/^## Faults$/);
    for (const name of Object.keys(REGISTRY_ACTIONS)) expect(text).toContain(`\`${name}\``);
  });

  it('names no flag that the command does not have', async () => {
    const flags = (await readFile(DOCUMENT, 'utf8')).match(/(?<=local-aws .*|`)--[a-z-]+/g) ?? [];
    expect(flags.length).toBeGreaterThan(0);
    for (const flag of flags) expect(HELP).toContain(flag);
  });
});

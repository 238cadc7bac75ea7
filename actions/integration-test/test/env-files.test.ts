import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEnvFile, readEnvFiles } from '../src/env-files.js';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'slipway-env-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

describe('parseEnvFile', () => {
  it('splits at the first = and leaves out comments and empty lines', () => {
    expect(parseEnvFile('# no\n\nA=b=c\r\n  B=\nC="d"\n', 'f')).toEqual({ A: 'b=c', B: '', C: '"d"' });
  });

  it.each(['A', '=b', 'A=b\nHOME'])('refuses %j, whose value would come from the runner', (text) => {
    expect(() => parseEnvFile(text, 'f')).toThrow(expect.objectContaining({ code: 'TEST_ENV_FILE_INVALID' }));
  });

  it('gives back what was written', () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,9}$/);
    const value = fc.string().filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.dictionary(name, value), (variables) => {
        const text = Object.entries(variables).map(([one, other]) => `${one}=${other}\n`);
        expect({ ...parseEnvFile(text.join(''), 'f') }).toEqual({ ...variables });
      }),
    );
  });
});

describe('readEnvFiles', () => {
  it('lets a later file win', async () => {
    await writeFile(path.join(workspace, 'a.env'), 'A=1\nB=1\n');
    await writeFile(path.join(workspace, 'b.env'), 'B=2\n');
    const places = { workspace, temp: workspace };
    expect(await readEnvFiles(['a.env', 'b.env'], places)).toEqual({ A: '1', B: '2' });
  });

  it('reads nothing outside the workspace, by a link neither', async () => {
    await symlink('/etc/hostname', path.join(workspace, 'link.env'));
    const places = { workspace, temp: workspace };
    for (const file of ['link.env', '/etc/hostname', 'nowhere.env']) {
      await expect(readEnvFiles([file], places)).rejects.toMatchObject({ code: 'TEST_ENV_FILE_INVALID' });
    }
  });
});

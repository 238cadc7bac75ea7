import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  placeOutside,
  removeFolder,
  removePrivateConfig,
  writePrivateConfig,
} from '../../src/sign-in/private-config.js';
import { makeSetting, type Setting } from '../setting.js';

let setting: Setting;
let own: string;
let place: string;
beforeEach(async () => {
  setting = await makeSetting();
  own = path.join(setting.folder, '.docker');
  place = path.join(setting.folder, 'temp');
  await mkdir(path.join(own, 'contexts'), { recursive: true });
  await writeFile(path.join(own, 'contexts/one'), 'a context');
  await writeFile(path.join(own, 'config.json'), '{"own":true}');
});
afterEach(() => setting.close());

const modeOf = async (file: string) => ((await lstat(file)).mode & 0o777).toString(8);

describe('writePrivateConfig', () => {
  it('writes what only its user may read, and links to the rest', async () => {
    const folder = await writePrivateConfig(setting.context, { folder: own, fields: { a: 1 } }, place);
    expect([await modeOf(folder), await modeOf(path.join(folder, 'config.json'))]).toEqual(['700', '600']);
    expect(JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8'))).toEqual({ a: 1 });
    expect(await readlink(path.join(folder, 'contexts'))).toBe(path.join(own, 'contexts'));
    expect((await readdir(folder)).sort()).toEqual(['config.json', 'contexts']);
    await removeFolder(folder);
    expect(existsSync(folder)).toBe(false);
    expect(await readFile(path.join(own, 'contexts/one'), 'utf8')).toBe('a context');
    expect(await readFile(path.join(own, 'config.json'), 'utf8')).toBe('{"own":true}');
  });

  it('needs nothing of the user, and leaves nothing where it fails', async () => {
    const none = path.join(setting.folder, 'none');
    const folder = await writePrivateConfig(setting.context, { folder: none, fields: {} }, place);
    expect(await readdir(folder)).toEqual(['config.json']);
    await removeFolder(folder);
    // Its folder is none.
    const file = path.join(own, 'config.json');
    const failed = writePrivateConfig(setting.context, { folder: file, fields: { secret: 1 } }, place);
    await expect(failed).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(await readdir(place)).toEqual([]);
  });

  it('is removed by the post step where main was killed, and only then is there anything to remove', async () => {
    await removePrivateConfig(setting.context);
    const folder = await writePrivateConfig(setting.context, { folder: own, fields: {} }, place);
    await removePrivateConfig(setting.context);
    await removePrivateConfig(setting.context);
    expect(await readdir(place)).toEqual([]);
    expect(existsSync(path.join(own, 'contexts/one'))).toBe(true);
    expect(folder.startsWith(place)).toBe(true);
  });
});

describe('placeOutside', () => {
  const placeFor = (context: string, contexts: Record<string, string> = {}) => {
    const { inputs, github } = setting.context;
    return placeOutside({ inputs: { ...inputs, context, 'build-contexts': contexts }, github });
  };

  it("is the runner's folder for temporary files, where no context holds it", async () => {
    await mkdir(place);
    expect(await placeFor(path.join(setting.folder, 'app'))).toBe(await realpath(place));
    expect(await placeFor(path.join(setting.folder, 'app'), { base: 'docker-image://a' })).toBe(await realpath(place));
    // Its neighbour only begins like it.
    await mkdir(path.join(setting.folder, 'te'));
    expect(await placeFor(path.join(setting.folder, 'te'))).toBe(await realpath(place));
  });

  it("is the machine's where one does, through a link too, and nowhere where one has all", async () => {
    await mkdir(place);
    const machines = await realpath(tmpdir());
    await symlink(setting.folder, `${setting.folder}-link`);
    try {
      expect(await placeFor(setting.folder)).toBe(machines);
      expect(await placeFor(place)).toBe(machines);
      expect(await placeFor(`${setting.folder}-link`)).toBe(machines);
      expect(await placeFor(path.join(setting.folder, 'app'), { all: '.' })).toBe(machines);
    } finally {
      await rm(`${setting.folder}-link`);
    }
    expect(await placeFor('/')).toBeUndefined();
  });
});

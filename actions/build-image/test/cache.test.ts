import { describe, expect, it } from '@jest/globals';
import { chooseCache } from '../src/cache.js';
import { makeSetting } from './setting.js';

const setting = await makeSetting();
await setting.close();

const GHA = { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results.example/', OTHER: 'x' };
const BUILDER = {
  builder: { name: 'b', driver: 'docker-container', error: undefined, platform: undefined },
  way: 'export',
} as const;
const ENGINE = {
  builder: { name: 'default', driver: 'docker', error: undefined, platform: undefined },
  way: 'push',
} as const;

type Inputs = Partial<typeof setting.context.inputs>;

const choose = (
  inputs: Inputs,
  environment: Record<string, string> = {},
  chosen: typeof BUILDER | typeof ENGINE = BUILDER,
) => chooseCache({ ...setting.context, inputs: { ...setting.context.inputs, ...inputs }, environment }, chosen);

describe('chooseCache', () => {
  it("takes GitHub's cache where the runner offers it, with its variables and no others", () => {
    expect(choose({}, GHA)).toEqual({
      cache: { kind: 'gha', scope: expect.stringMatching(/^slipway-[0-9a-f]{16}$/), minutes: 2 },
      environment: { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results.example/' },
    });
  });

  it("keeps the images of a repository apart in GitHub's cache, and each in its place", () => {
    const at = (place: string): string => `${setting.folder}/${place}`;
    const builds: readonly Inputs[] = [
      { context: at('a') },
      { context: at('b') },
      { context: at('b'), file: at('docker/b') },
      { context: at('b'), target: 'debug' },
    ];
    const scopes = [...builds, ...builds].map((inputs) => JSON.stringify(choose(inputs, GHA).cache));
    expect(new Set(scopes).size).toBe(builds.length);
  });

  it('takes none and says nothing where none is wanted', () => {
    expect(choose({ cache: 'none' }, GHA)).toEqual({ cache: { kind: 'none' }, environment: {} });
  });

  it.each([
    [/does not offer/, [{}, {}, BUILDER]],
    [/cannot write/, [{}, GHA, ENGINE]],
    [/does not offer/, [{ cache: 'gha' }, {}, BUILDER]],
    [/cannot write/, [{ cache: 'registry', 'cache-to': 'r' }, {}, ENGINE]],
  ] as const)('says why where it cannot be had: %s', (told, [inputs, environment, chosen]) => {
    expect(choose(inputs, environment, chosen)).toMatchObject({
      cache: { kind: 'none' },
      instead: expect.stringMatching(told),
    });
  });

  it('keeps layers where it is told', () => {
    expect(choose({ cache: 'registry', 'cache-to': 'r/x:c' }).cache).toEqual({ kind: 'registry', reference: 'r/x:c' });
    expect(choose({ cache: 'local', 'cache-to': 'c' }).cache).toEqual({ kind: 'local', folder: `${setting.folder}/c` });
  });

  it('is told a place', () => {
    expect(() => choose({ cache: 'local' })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});

import { describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { ShownCommit } from '../../src/announce/shown-commit.js';

const OWN = 'a'.repeat(40);
const DEPLOYED = 'd'.repeat(40);
const failing = (code: string) => new SlipwayError({ code, message: 'It says why.', hint: 'Do something.' });

/** A commit that was found so, and the commits that GitHub was asked with; those of `unknown` it does not have. */
function shown(find: () => Promise<string | undefined>, unknown: readonly string[] = [], code = 'GITHUB_API_REFUSED') {
  const asked: string[] = [];
  const commit = new ShownCommit(OWN, find);
  const use = () =>
    commit.use(async (ref) => {
      asked.push(ref);
      if (unknown.includes(ref)) throw failing(code);
      return ref;
    });
  return { asked, use };
}

describe('the commit that GitHub shows', () => {
  it.each<[string, () => Promise<string | undefined>, string]>([
    ['what is deployed', async () => DEPLOYED, DEPLOYED],
    ["the run's own, where nothing else is known", async () => undefined, OWN],
    ["the run's own, where it could not be asked", () => Promise.reject(failing('GITHUB_API_UNAVAILABLE')), OWN],
  ])('is %s', async (...[, find, wanted]) => {
    expect(await shown(find).use()).toBe(wanted);
  });

  it('is known only where it was found', async () => {
    expect(await new ShownCommit(OWN, async () => DEPLOYED).known()).toBe(DEPLOYED);
    expect(await new ShownCommit(OWN, async () => undefined).known()).toBeUndefined();
  });

  it("becomes the run's own, for good, when the repository does not have it", async () => {
    const { asked, use } = shown(async () => DEPLOYED, [DEPLOYED]);
    expect([await use(), await use()]).toEqual([OWN, OWN]);
    expect(asked).toEqual([DEPLOYED, OWN, OWN]);
  });

  it.each([
    ['GitHub does not answer', [DEPLOYED], 'GITHUB_API_UNAVAILABLE', [DEPLOYED]],
    ["the run's own is refused, too", [DEPLOYED, OWN], 'GITHUB_API_REFUSED', [DEPLOYED, OWN]],
  ])('stays what it is when %s', async (...[, unknown, code, asked]) => {
    const commit = shown(async () => DEPLOYED, unknown, code);
    await expect(commit.use()).rejects.toMatchObject({ code });
    expect(commit.asked).toEqual(asked);
  });
});

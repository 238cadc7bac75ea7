import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TAGS, leftoversOf, everyMark, tagText, tagsFor } from '../src/index.js';

const own = { strategy: 'CANARY', bakeTimeInMinutes: 5, canaryConfiguration: { canaryPercent: 7.5 } };
const hooks = Array.from({ length: 6 }, (_, at) => ({
  targetType: 'AWS_LAMBDA',
  hookTargetArn: `arn:aws:lambda:eu-central-1:123456789012:function:check-${at}-${'x'.repeat(40 + at * 7)}`,
  lifecycleStages: ['POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT'],
}));

describe('the marks on a service', () => {
  it('bring its own settings back, however long they are, in values that ECS takes', () => {
    const long = { ...own, lifecycleHooks: hooks };
    const tags = tagsFor({ by: 'example/shop run 1.1', own: long, sent: own });
    for (const value of Object.values(tags)) {
      expect(value.length).toBeLessThanOrEqual(256);
      expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
    }
    expect(leftoversOf(tags, own)).toEqual({
      by: 'example/shop run 1.1',
      change: { own: long, sent: own },
      isOurs: true,
    });
  });

  it('know our settings again when ECS has added its defaults', () => {
    const tags = tagsFor({ by: 'run', own, sent: { strategy: 'BLUE_GREEN', lifecycleHooks: [] } });
    expect(leftoversOf(tags, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 })?.isOurs).toBe(true);
    expect(leftoversOf(tags, { strategy: 'ROLLING' })?.isOurs).toBe(false);
  });

  it('are not trusted when somebody changed them', () => {
    const tags = { ...tagsFor({ by: 'run', own, sent: own }), [`${TAGS.settings}0`]: 'nonsense' };
    expect(leftoversOf(tags, own)).toEqual({ by: 'run', isOurs: false });
  });

  it('are none on a service that nobody delivers to', () => {
    expect(leftoversOf({ team: 'shop', [TAGS.hold]: 'mona' }, own)).toBeUndefined();
  });

  it('are taken off without the hold and without what is not ours', () => {
    const tags = { ...tagsFor({ by: 'run', own, sent: own }), team: 'shop', [TAGS.hold]: 'mona' };
    expect(everyMark(tags)).not.toContain('team');
    expect(everyMark(tags)).not.toContain(TAGS.hold);
    expect(everyMark(tags)).toEqual(expect.arrayContaining([TAGS.by, `${TAGS.settings}0`]));
  });

  it('hold any text as far as ECS allows', () => {
    fc.assert(fc.property(fc.string(), (text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(tagText(text))));
  });
});

import { describe, expect, it } from '@jest/globals';
import { packagesIn, perMinute, within } from '../../bench/deploy/figures.js';

describe('rates', () => {
  it('are by the minute', () => {
    expect(perMinute(30, 120_000)).toBe(15);
  });

  it('are of what lies in the stretch, its ends included', () => {
    expect(within([1, 2, 3, 4, 5], { fromMs: 2, toMs: 4 })).toBe(3);
  });
});

describe('packagesIn', () => {
  it('reads the entries of licenses.txt, ours left out, each once', () => {
    const licenses = [
      '@slipway/core\nMIT\n',
      'zod\nMIT\nMIT License\n\nCopyright (c) somebody\n',
      '@aws-sdk/core\nApache-2.0\n                                 Apache License\n',
      'zod\nMIT\nthe same again\n',
      'either\n(MIT OR Apache-2.0)\n',
    ].join('\n');
    expect(packagesIn(licenses)).toEqual(['@aws-sdk/core', 'either', 'zod']);
  });

  it('takes no line of a licence for a package', () => {
    expect(packagesIn('a-package\nMIT\nrights\nto use, copy, and\nsoftware\n')).toEqual(['a-package']);
  });
});

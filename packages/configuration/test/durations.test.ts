import { describe, expect, it } from '@jest/globals';
import { overlong } from '../src/index.js';

describe('a deployment', () => {
  it.each([
    ['a canary and the bake', { strategy: 'canary', 'canary-bake-minutes': 30, 'bake-minutes': 30 }, '30 minutes by'],
    ['a bake, whatever the strategy', { 'bake-minutes': 60 }, 'taken back after 60'],
    ['a canary of a service that may be set up so', { 'canary-bake-minutes': 1440 }, '1440 minutes'],
    ['steps', { strategy: 'linear', 'step-percent': 10, 'step-bake-minutes': 7 }, "63 minutes by 'step-bake-minutes'"],
    ['a timeout of its own', { 'bake-minutes': 30, 'timeout-minutes': 30 }, 'taken back after 30'],
  ])('is told to wait longer than it may take: %s', (_title, settings, part) => {
    expect(overlong(settings)).toContain(part);
  });

  it.each([
    ['nothing', {}],
    ['a timeout alone', { 'timeout-minutes': 1 }],
    ['less than it may take', { strategy: 'canary', 'canary-bake-minutes': 30, 'bake-minutes': 29 }],
    ['a canary of another strategy', { strategy: 'linear', 'canary-bake-minutes': 90 }],
    ['a bake of a rolling update', { strategy: 'rolling', 'bake-minutes': 90 }],
    ['steps of an unknown number', { strategy: 'linear', 'step-bake-minutes': 90 }],
    ['a bake that is not waited for', { 'bake-minutes': 1440, 'wait-until': 'BAKE_TIME' }],
    ['a text', { 'bake-minutes': '90' }],
  ])('is not: %s', (_title, settings) => {
    expect(overlong(settings)).toBeUndefined();
  });
});

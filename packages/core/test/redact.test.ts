import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../src/index.js';

describe('Redactor', () => {
  it('replaces every known secret, the longest first', () => {
    const redactor = new Redactor();
    redactor.add('token');
    redactor.add('token-of-the-registry');
    expect(redactor.redact('a token-of-the-registry and a token')).toBe('a *** and a ***');
  });

  it('knows each line of a secret of several lines', () => {
    const redactor = new Redactor();
    redactor.add('-----KEY-----\nabcdef');
    expect(redactor.redact('found abcdef here')).toBe('found *** here');
  });

  it('leaves short texts alone: they are no secrets', () => {
    const redactor = new Redactor();
    redactor.add('AWS');
    redactor.add('');
    expect(redactor.redact('AWS')).toBe('AWS');
  });

  it('redacts texts in a value before they are written as JSON', () => {
    const redactor = new Redactor();
    redactor.add('pass"word\\');
    const clean = redactor.redactValue({ a: ['x pass"word\\ y', 1, null], b: { c: true } });
    expect(clean).toEqual({ a: ['x *** y', 1, null], b: { c: true } });
  });

  it('never shows a secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(secret.trim().length >= 5 && !/[\r\n*]/.test(secret));
        const redactor = new Redactor();
        redactor.add(secret);
        return !redactor.redact(`${before}${secret}${after}`).includes(secret);
      }),
    );
  });
});

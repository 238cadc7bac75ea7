import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toJUnit, writeJUnit } from '../src/index.js';
import { escapeXml } from '../src/junit.js';

describe('toJUnit', () => {
  it('writes one test case per check', () => {
    const xml = toJUnit({
      file: 'checks.yml',
      passed: 1,
      failed: 1,
      checks: [
        { name: 'good', line: 5, passed: true, ms: 12, problems: [], status: 200, bodySnippet: 'ok' },
        { name: '<bad> & "worse"', line: 9, passed: false, ms: 1500, problems: ["it's 500", 'b'], bodySnippet: ']]>' },
      ],
    });
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" skipped="0" time="1.512">
  <testsuite name="checks.yml" tests="2" failures="1" errors="0" skipped="0" time="1.512">
    <testcase name="good" classname="checks.yml" file="checks.yml" line="5" time="0.012"/>
    <testcase name="&lt;bad&gt; &amp; &quot;worse&quot;" classname="checks.yml" file="checks.yml" line="9" time="1.500">
      <failure message="it&apos;s 500">it&apos;s 500&#10;b&#10;body: ]]&gt;</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
  });
});

describe('writeJUnit', () => {
  it('writes several suites, and says why a case was skipped', () => {
    const xml = writeJUnit([
      { name: 'a', cases: [{ name: 'x', ms: 1500, failure: ['too <slow>', 'very'] }] },
      {
        name: 'b',
        cases: [
          { name: 'y', ms: 0, skipped: 'not "set"' },
          { name: 'z', ms: 500 },
        ],
      },
    ]);
    expect(xml).toContain('<testsuites tests="3" failures="1" errors="0" skipped="1" time="2.000">');
    expect(xml).toContain('<testsuite name="b" tests="2" failures="0" errors="0" skipped="1" time="0.500">');
    expect(xml).toContain('<failure message="too &lt;slow&gt;">too &lt;slow&gt;&#10;very</failure>');
    expect(xml).toContain('<skipped message="not &quot;set&quot;"/>');
  });
});

describe('escapeXml', () => {
  it('replaces what XML cannot hold', () => {
    expect(escapeXml('a\u0000b\u001bc\uFFFEd\uD800e😀')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe😀');
  });

  it('leaves nothing that could start an element or end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeXml(text)).not.toMatch(/[<>"'\n\r]|&(?!(amp|lt|gt|quot|apos|#9|#10|#13);)/);
      }),
    );
  });
});

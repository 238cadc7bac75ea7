import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeJUnit, type JUnitCase } from '@slipway/http-checks';
import { readJUnit } from '../../src/junit/read.js';

const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" tests="3">
<testcase classname="tests.test_api" name="test_a" time="1,000.5"><properties/></testcase>
<testcase classname="tests.test_api" name="test_b" time="x"><failure message="assert 1 == 2">assert 1 == 2
E  at 4</failure></testcase>
<testcase name="test_c"><error message="boom"><![CDATA[<trace>]]></error></testcase>
<testcase name="test_d"><skipped type="pytest.skip" message="not here"/></testcase></testsuite></testsuites>`;

describe('readJUnit', () => {
  it('reads what test programs write', () => {
    expect(readJUnit(PYTEST, 'f.xml')).toEqual([
      {
        name: 'pytest',
        cases: [
          { name: 'test_a', className: 'tests.test_api', ms: 1_000_500 },
          { name: 'test_b', className: 'tests.test_api', ms: 0, failure: ['assert 1 == 2\nE  at 4'] },
          { name: 'test_c', ms: 0, failure: ['boom\n<trace>'] },
          { name: 'test_d', ms: 0, skipped: 'not here' },
        ],
      },
    ]);
  });

  it('names a suite without a name by its parent, or its file', () => {
    const xml = '<testsuite><testcase name="a"/><testsuite name="in"><testcase/></testsuite><testsuite/></testsuite>';
    expect(readJUnit(xml, 'f.xml')).toEqual([
      { name: 'f.xml', cases: [{ name: 'a', ms: 0 }] },
      { name: 'in', cases: [{ name: 'unnamed', ms: 0 }] },
    ]);
  });

  it.each<[string, string | RegExp]>([
    ['', /root/i],
    ['<testsuite>', /closing|end tag|unclosed/i],
    ['<html/>', "its root is 'html'"],
    ['<!DOCTYPE t [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>', /entity/i],
    ['<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>', /entity/i],
    [`${'<testsuite>'.repeat(100_000)}`, /./],
  ])('refuses %.40s', (xml, why) => {
    expect(() => readJUnit(xml, 'f.xml')).toThrow(why);
  });

  it('reads back what we write', () => {
    const text = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const one = fc
      .record({ name: text, className: text, ms: fc.nat(100_000), failure: fc.option(fc.tuple(text)) })
      .map(({ failure, ...rest }): JUnitCase => ({ ...rest, ...(failure ? { failure } : {}) }));
    fc.assert(
      fc.property(text, fc.array(one, { minLength: 1 }), (name, cases) => {
        expect(readJUnit(writeJUnit([{ name, cases }]), 'f.xml')).toEqual([{ name, cases }]);
      }),
    );
  });
});

import type { SuiteResult } from './run-suite.js';

/** JUnitCase is one thing that was tested. */
export interface JUnitCase {
  readonly name: string;
  /** What it belongs to; absent: its suite. */
  readonly className?: string;
  /** Where it is written, when it is. */
  readonly line?: number;
  readonly ms: number;
  /** Absent: it passed, or was skipped. The first line is its message. */
  readonly failure?: readonly string[];
  /** Why it was not made, or does not count. */
  readonly skipped?: string;
}

/** JUnitSuite is what was tested together. */
export interface JUnitSuite {
  /** A file, or the name of what it tests. */
  readonly name: string;
  readonly cases: readonly JUnitCase[];
}

/** toJUnit writes a suite's result as JUnit XML, in the form that CI systems read: one test case per check. */
export function toJUnit(result: SuiteResult): string {
  return writeJUnit([junitSuiteOf(result)]);
}

/** junitSuiteOf returns one test case per check. */
export function junitSuiteOf({ file, checks }: SuiteResult): JUnitSuite {
  const cases = checks.map(({ name, line, ms, passed, problems, bodySnippet }) => {
    const body = bodySnippet === undefined ? [] : [`body: ${bodySnippet}`];
    return { name, line, ms, ...(passed ? {} : { failure: [...problems, ...body] }) };
  });
  return { name: file, cases };
}

/** writeJUnit writes suites as JUnit XML. */
export function writeJUnit(suites: readonly JUnitSuite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${countsOf(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escapeXml(name)}" ${countsOf(cases)}>`,
      ...cases.map((one) => testCase(one, name)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(cases: readonly JUnitCase[]): string {
  const failed = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter((one) => one.skipped !== undefined).length;
  const ms = cases.reduce((sum, one) => sum + one.ms, 0);
  return `tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds(ms)}"`;
}

function testCase({ name, className, line, ms, failure, skipped }: JUnitCase, suite: string): string {
  const place = line === undefined ? '' : ` file="${escapeXml(suite)}" line="${line}"`;
  const of = escapeXml(className ?? suite);
  const head = `    <testcase name="${escapeXml(name)}" classname="${of}"${place} time="${seconds(ms)}"`;
  if (skipped !== undefined) return `${head}>\n      <skipped message="${escapeXml(skipped)}"/>\n    </testcase>`;
  if (!failure) return `${head}/>`;
  const text = `<failure message="${escapeXml(failure[0] ?? '')}">${escapeXml(failure.join('\n'))}</failure>`;
  return `${head}>\n      ${text}\n    </testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** escapeXml makes a text safe in an element and in an attribute; what XML 1.0 cannot hold at all becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

import type { CheckResult, SuiteResult } from './run-suite.js';

/** toJUnit writes a suite's result as JUnit XML, in the form that CI systems read: one test case per check. */
export function toJUnit(result: SuiteResult): string {
  const counts = `tests="${result.checks.length}" failures="${result.failed}" errors="0" skipped="0"`;
  const time = `time="${seconds(result.checks.reduce((sum, { ms }) => sum + ms, 0))}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} ${time}>`,
    `  <testsuite name="${escapeXml(result.file)}" ${counts} ${time}>`,
    ...result.checks.map((check) => testCase(check, result.file)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(check: CheckResult, file: string): string {
  const { name, line, ms, passed, problems } = check;
  const place = `classname="${escapeXml(file)}" file="${escapeXml(file)}" line="${line}"`;
  const head = `    <testcase name="${escapeXml(name)}" ${place} time="${seconds(ms)}"`;
  if (passed) return `${head}/>`;
  const body = check.bodySnippet === undefined ? [] : [`body: ${check.bodySnippet}`];
  const failure = `<failure message="${escapeXml(problems[0] ?? '')}">${escapeXml([...problems, ...body].join('\n'))}</failure>`;
  return `${head}>\n      ${failure}\n    </testcase>`;
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

import { parseXml, XmlElement } from '@rgrove/parse-xml';
import type { JUnitCase, JUnitSuite } from '@slipway/http-checks';

/** A stack trace is of use at its beginning; megabytes of it, once per test, are not. */
const MAX_TEXT = 4_000;

/**
 * readJUnit reads the suites of a JUnit XML file, in the dialects that test programs write: `testsuites` or one
 * `testsuite` at the top, suites within suites, `failure` and `error`. Nothing that the document declares is expanded.
 *
 * @param fallback names a suite that has no name
 * @throws Error of a text that is no XML, or no JUnit; its first line says why
 */
export function readJUnit(xml: string, fallback: string): readonly JUnitSuite[] {
  const { root } = parseXml(xml);
  if (root?.name !== 'testsuites' && root?.name !== 'testsuite') {
    throw new Error(`its root is '${root?.name ?? ''}', where 'testsuites' or 'testsuite' is expected`);
  }
  return suitesIn(root, fallback);
}

function suitesIn(element: XmlElement, fallback: string): readonly JUnitSuite[] {
  const name = cut(element.attributes['name'] || fallback);
  const children = elementsOf(element);
  const cases = children.filter((child) => child.name === 'testcase').map(caseOf);
  const inner = children.filter((child) => child.name === 'testsuite').flatMap((child) => suitesIn(child, name));
  return [...(cases.length > 0 ? [{ name, cases }] : []), ...inner];
}

function caseOf(element: XmlElement): JUnitCase {
  const { name, classname, time } = element.attributes;
  const children = elementsOf(element);
  const failures = children.filter((child) => child.name === 'failure' || child.name === 'error').map(textOf);
  const skipped = children.find((child) => child.name === 'skipped');
  return {
    name: cut(name || 'unnamed'),
    ...(classname ? { className: cut(classname) } : {}),
    ms: millisecondsOf(time),
    ...(failures.length > 0 ? { failure: failures } : {}),
    ...(skipped && failures.length === 0 ? { skipped: textOf(skipped) } : {}),
  };
}

/** The message, and the text where it does not begin with it. */
function textOf({ attributes, text: whole }: XmlElement): string {
  const message = attributes['message'] ?? attributes['type'] ?? '';
  const text = whole.trim();
  return cut(text.startsWith(message) ? text : text === '' ? message : `${message}\n${text}`);
}

/** Some programs write thousands with commas, some nothing. */
function millisecondsOf(time: string | undefined): number {
  const seconds = Number((time ?? '').replaceAll(',', ''));
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0;
}

function elementsOf({ children }: XmlElement): readonly XmlElement[] {
  return children.filter((child) => child instanceof XmlElement);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text;
}

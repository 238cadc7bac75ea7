import type { AwsError } from '../service.js';

/** What every answer of a Query service carries around its content. */
export interface XmlEnvelope {
  /** The service's XML namespace. */
  readonly namespace: string;
  readonly requestId: string;
}

/** writeXmlOutput returns the answer of a Query call: times as ISO 8601, lists as `<member>`s, undefined left out. */
export function writeXmlOutput(operation: string, output: object, envelope: XmlEnvelope): string {
  return (
    `<${operation}Response xmlns="${escapeXml(envelope.namespace)}">` +
    element(`${operation}Result`, output) +
    element('ResponseMetadata', { RequestId: envelope.requestId }) +
    `</${operation}Response>`
  );
}

/** writeXmlError returns the error of a Query call. `Sender` is the caller's fault, `Receiver` is ours. */
export function writeXmlError(error: AwsError, envelope: XmlEnvelope): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const content = { Type: type, Code: error.code, Message: error.message, ...error.fields };
  return (
    `<ErrorResponse xmlns="${escapeXml(envelope.namespace)}">` +
    element('Error', content) +
    element('RequestId', envelope.requestId) +
    '</ErrorResponse>'
  );
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((member) => element('member', member)).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, member]) => element(name, member))
      .join('');
  }
  return escapeXml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// Control characters have no place in XML 1.0, not even escaped; a parser would refuse the whole answer.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

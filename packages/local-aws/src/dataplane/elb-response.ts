import { STATUS_CODES, type ServerResponse } from 'node:http';

/** What the load balancer itself can answer. */
export interface OwnAnswer {
  readonly statusCode: number;
  readonly contentType?: string;
  readonly body?: string;
}

/** sendOwnAnswer answers in place of a target, in an ALB's words unless others are given. */
export function sendOwnAnswer(response: ServerResponse, answer: OwnAnswer): void {
  const body = answer.body ?? errorPage(answer.statusCode);
  response.writeHead(answer.statusCode, {
    Server: 'awselb/2.0',
    'Content-Type': answer.contentType ?? 'text/html',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** ownAnswerText returns an error of the load balancer for a connection that has no response object: an upgrade. */
export function ownAnswerText(statusCode: number): string {
  const body = errorPage(statusCode);
  return [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`,
    'Server: awselb/2.0',
    'Content-Type: text/html',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function errorPage(statusCode: number): string {
  const title = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim();
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

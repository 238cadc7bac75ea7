import type { IncomingHttpHeaders } from 'node:http';
import { SlipwayError } from '@slipway/core';
import { readAll, type Reply } from './streams.js';

/** Answer is a registry's whole answer; only manifests and errors have a body, and both are small. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** readAnswer reads a reply to its end. */
export async function readAnswer({ status, headers, body }: Reply): Promise<Answer> {
  return { status, headers, body: await readAll(body) };
}

/** headerOf returns a header of an answer, by its name in small letters. */
export function headerOf({ headers }: Pick<Answer, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** What to do about the errors that a push meets most. The codes are the distribution specification's. */
const HINTS: Readonly<Record<string, string>> = {
  NAME_UNKNOWN: 'Create the repository first, or correct its name.',
  TAG_INVALID: 'The repository does not let this tag move; push under another tag.',
  DENIED: 'Grant the caller the right to push to this repository.',
  UNAUTHORIZED: 'Check that the credentials are of this registry and have not expired.',
};

/** How much of a registry's own words goes into an error. */
const MAX_WORDS = 300;

/** registryError returns the error of a status that was not asked for. */
export function registryError(what: string, answer: Answer, redact: (text: string) => string): SlipwayError {
  const { code, message } = firstError(answer.body);
  const said = redact([code, message].filter(Boolean).join(': ')).slice(0, MAX_WORDS);
  const sentence = `${what} was answered with ${answer.status}${said ? ` (${said})` : ''}.`;
  if (answer.status === 429 || answer.status >= 500) return unavailable(what, `${answer.status} ${said}`.trim());
  const hint = HINTS[answer.status === 401 ? 'UNAUTHORIZED' : (code ?? '')];
  const denied = answer.status === 401 || answer.status === 403;
  return new SlipwayError({
    code: denied
      ? 'OCI_REGISTRY_UNAUTHORIZED'
      : answer.status >= 400
        ? 'OCI_REGISTRY_REFUSED'
        : 'OCI_REGISTRY_UNEXPECTED',
    message: sentence,
    hint: hint ?? "Look the registry's own code up in its documentation.",
  });
}

/** unavailable is the error of a registry that may answer better later. */
export function unavailable(what: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'OCI_REGISTRY_UNAVAILABLE',
    message: `${what} failed: ${why}.`,
    hint: 'Check that the registry can be reached, and run again.',
    kind: 'world',
    retryable: true,
    cause,
  });
}

/** aborted is the error of what was not waited for any more. */
export function aborted(what: string, cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'OCI_REGISTRY_ABORTED',
    message: `${what} was given up because the run was cancelled.`,
    hint: 'Run it again when it should go on.',
    kind: 'world',
    cause,
  });
}

/** unexpected is the error of an answer that breaks the distribution specification. */
export function unexpected(message: string): SlipwayError {
  return new SlipwayError({
    code: 'OCI_REGISTRY_UNEXPECTED',
    message,
    hint: 'Run again; if it stays, something between here and the registry changes what passes.',
    kind: 'world',
  });
}

function firstError(body: Buffer): { readonly code?: string; readonly message?: string } {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as { errors?: readonly Record<string, unknown>[] } | null;
    const { code, message } = parsed?.errors?.[0] ?? {};
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    };
  } catch {
    // Proxies in front of registries answer in HTML; the status says enough then.
    return {};
  }
}

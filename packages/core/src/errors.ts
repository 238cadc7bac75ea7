/**
 * Whose error it is, which decides how it is shown: the user can mend a `user` error, the `world` (AWS, Docker,
 * the network) failed on its own, a `bug` is ours and asks to be reported.
 */
export type ErrorKind = 'user' | 'world' | 'bug';

/** What a {@link SlipwayError} is made of. */
export interface ErrorDetails {
  /** UPPER_SNAKE, prefixed by the action or package: `PUSH_TAG_TAKEN`. Each has a heading in docs/errors.md. */
  readonly code: string;
  /** What failed and why. One sentence, no trailing hint. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** Defaults to `user`. */
  readonly kind?: ErrorKind;
  /** Whether the same call may succeed later. Defaults to false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** SlipwayError is the one error class of the suite: told apart by `code`, never by message. */
export class SlipwayError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly kind: ErrorKind;
  readonly retryable: boolean;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SlipwayError';
    this.code = details.code;
    this.hint = details.hint;
    this.kind = details.kind ?? 'user';
    this.retryable = details.retryable ?? false;
  }
}

/** messageOf returns what an unknown thrown value has to say for itself, an error of another realm's too. */
export function messageOf(error: unknown): string {
  const { message, errors } = (error ?? {}) as { readonly message?: unknown; readonly errors?: unknown };
  // Node's own for a host of which every address refuses: it says nothing itself.
  if (message === '' && Array.isArray(errors)) return [...new Set(errors.map(messageOf))].join(', ');
  return typeof message === 'string' ? message : String(error);
}

/** What stands in the place of a secret. The runner's own masks look the same. */
const MASK = '***';
/** Shorter texts are not secrets worth the harm of masking them everywhere ("AWS", "1", "no"). */
const MIN_SECRET_LENGTH = 4;

/** Redactor replaces every known secret in a text, the longest first so that none shows through another. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** add makes a secret known, and each of its lines: logs show texts line by line. */
  add(secret: string): void {
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      if (part.trim().length >= MIN_SECRET_LENGTH) this.#secrets.add(part);
    }
  }

  /** redactValue redacts every text in a value before it is written as JSON, where a secret may look otherwise. */
  redactValue(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (Array.isArray(value)) return value.map((item) => this.redactValue(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.redactValue(inner)]));
  }

  redact(text: string): string {
    let clean = text;
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      clean = clean.replaceAll(secret, MASK);
    }
    return clean;
  }
}

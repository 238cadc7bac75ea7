import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WorldTime } from '../world.js';

/** What makes a kind of cookie: its name, its clock, and the secret that tells ours from others'. */
export interface StickyCookieParts {
  /** `AWSALBTG` or `AWSALB`. A second cookie, with `CORS` behind its name, says the same to other sites. */
  readonly name: string;
  readonly time: WorldTime;
  readonly secret: string;
}

/** A browser keeps the cookie longer than it means anything: 7 days, as it does an ALB's. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

/**
 * StickyCookie remembers in the client where its requests went. What it says holds for a duration of the world's time
 * that begins anew with every answer. AWS encrypts it; here it is signed: forged or spoilt, it says nothing.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html
 */
export class StickyCookie {
  readonly #parts: StickyCookieParts;

  constructor(parts: StickyCookieParts) {
    this.#parts = parts;
  }

  /** read returns where the client's requests went; undefined when it does not say or the duration is over. */
  read(request: IncomingMessage): string | undefined {
    const { name, time } = this.#parts;
    const value = cookieValue(request, name) ?? cookieValue(request, `${name}CORS`);
    const [payload = '', signature = ''] = (value ?? '').split('.');
    if (!isSame(signature, this.#sign(payload))) return undefined;
    const [, untilMs, where] = /^(\d+) (.+)$/.exec(Buffer.from(payload, 'base64url').toString()) ?? [];
    return Number(untilMs) > time.now().getTime() ? where : undefined;
  }

  /** write returns the values of `Set-Cookie` that tell the client where its requests go. */
  write(where: string, durationSeconds: number): string[] {
    const { name, time } = this.#parts;
    const untilMs = Math.ceil(time.now().getTime() + time.realMs(durationSeconds));
    const payload = Buffer.from(`${untilMs} ${where}`).toString('base64url');
    const value = `${payload}.${this.#sign(payload)}`;
    const expires = new Date(time.now().getTime() + KEPT_MS).toUTCString();
    return [
      `${name}=${value}; Expires=${expires}; Path=/`,
      `${name}CORS=${value}; Expires=${expires}; Path=/; SameSite=None`,
    ];
  }

  #sign(payload: string): string {
    const { name, secret } = this.#parts;
    return createHmac('sha256', secret).update(`${name} ${payload}`).digest('base64url');
  }
}

function cookieValue(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

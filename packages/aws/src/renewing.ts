/** Credentials that end. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** The SDK asks again from five minutes before the end on (EXPIRATION_MS of its memoizeIdentityProvider). */
const RENEW_WITHIN_MS = 300_000;
/** Later than this a call might reach AWS with keys that have ended. */
const UNUSABLE_WITHIN_MS = 30_000;

/**
 * renewing returns a provider that all clients share: one session for all of them, and a new one before it ends. While
 * the old one is good no call waits for the new one, nor fails with it: a cancelled run has no time for either.
 */
export function renewing(assume: () => Promise<Session>, now: () => number = Date.now): () => Promise<Session> {
  let session: Session | undefined;
  let pending: Promise<Session> | undefined;
  const renew = (): Promise<Session> => {
    pending ??= assume()
      .then((fresh) => (session = fresh))
      .finally(() => (pending = undefined));
    return pending;
  };
  return async () => {
    const leftMs = session ? session.expiration.getTime() - now() : 0;
    if (!session || leftMs <= UNUSABLE_WITHIN_MS) return renew();
    // Whatever goes wrong is told by the call that finds no good session any more.
    if (leftMs <= RENEW_WITHIN_MS) renew().catch(() => undefined);
    return session;
  };
}

/** Body is what a request carries. */
export type Body = AsyncIterable<Uint8Array> | Uint8Array;

/** watched keeps what a body fails with: fetch tells only that it failed. */
export function watched(body: Body): { readonly data: Body; failure(): unknown } {
  if (body instanceof Uint8Array) return { data: body, failure: () => undefined };
  let failure: unknown;
  const data = (async function* () {
    try {
      yield* body;
    } catch (error) {
      failure = error;
      throw error;
    }
  })();
  return { data, failure: () => failure };
}

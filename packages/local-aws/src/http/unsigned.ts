/** UnsignedCall is a call that takes no signature: the token in it says who calls. */
export const UNSIGNED_CALL = { service: 'sts', operation: 'AssumeRoleWithWebIdentity' } as const;

/** isUnsignedCall tells of the form that a call sent whether it is for {@link UNSIGNED_CALL}. */
export function isUnsignedCall(body: string): boolean {
  return new URLSearchParams(body).get('Action') === UNSIGNED_CALL.operation;
}

/** NamedCall is a call as IAM looks at it. */
export interface NamedCall {
  /** The service's name in the credential scope; `registry` below `/v2/`. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Where it was called: the account whose resources the names in the input mean. */
  readonly accountId: string;
  readonly region: string;
}

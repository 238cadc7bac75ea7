/** The methods that a check may use. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Method is one of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/** Json is what a JSON text can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/** Pattern is what a text has to be: exactly this, or anything that a regular expression finds itself in. */
export type Pattern = { readonly exact: string } | { readonly regex: RegExp };

/** Suite is a check suite as read from its file. */
export interface Suite {
  /** As the caller named it; problems and reports point at it. */
  readonly file: string;
  readonly ready: Readiness;
  /** At least one; their names differ. */
  readonly checks: readonly Check[];
}

/** Readiness is how a service tells that it can be asked. */
export interface Readiness {
  readonly path: string;
  readonly status: number;
  readonly timeoutSeconds: number;
}

/** Check is one request and what its answer has to be. */
export interface Check {
  readonly name: string;
  /** Where it stands in the suite's file; 1 is the first line. */
  readonly line: number;
  readonly request: CheckRequest;
  readonly expect: Expectation;
}

/** CheckRequest is what a check sends. */
export interface CheckRequest {
  readonly method: Method;
  /** Path and query, from the first `/`. The caller gives what stands before it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Expectation is what must all hold for a check to pass. */
export interface Expectation {
  /** Absent: any 2xx. */
  readonly statuses?: readonly number[];
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, Pattern>;
  /** The body is JSON and has at least these members. */
  readonly json?: Json;
  readonly contains?: string;
  readonly matches?: RegExp;
  /** From the first byte sent to the last byte received. */
  readonly withinMs?: number;
}

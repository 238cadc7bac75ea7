import type { JsonStep } from './json-path.js';
import type { SchemaCheck } from './json-schema.js';
import type { TlsTrust } from './tls/trust.js';

/** The methods that a check may use. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Method is one of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/** METHODS_WITHOUT_BODY stay what they are after a redirect. */
export const METHODS_WITHOUT_BODY: readonly Method[] = ['GET', 'HEAD'];

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
  /** What the caller may give, with what holds otherwise; null: it has to be given. Absent: none. */
  readonly variables?: ReadonlyMap<string, string | null>;
  /** Of every encrypted connection. Absent: what Node trusts, and the name in the base URL. */
  readonly tls?: TlsTrust;
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
  /** A caller may ask for those with certain tags alone. */
  readonly tags?: readonly string[];
  /** Absent: it is made once. */
  readonly retry?: Retry;
  /** What of the answer later checks may name, when this one has passed. */
  readonly captures?: ReadonlyMap<string, Capture>;
}

/** Retry makes a failed check again. */
export interface Retry {
  /** How many times more. */
  readonly times: number;
  readonly delayMs: number;
}

/** Capture says where in an answer a value is. */
export type Capture =
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'body'; readonly regex: RegExp }
  | { readonly from: 'json'; readonly path: string; readonly steps: readonly JsonStep[] };

/** Auth takes credentials from a variable of the environment, so that none stands in a suite. */
export type Auth = { readonly kind: 'bearer' | 'basic'; readonly variable: string };

/** CheckRequest is what a check sends. */
export interface CheckRequest {
  readonly method: Method;
  /** Path and query, from the first `/`. The caller gives what stands before it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sent as JSON; `body` is absent then. Kept as data where variables are put into it. */
  readonly json?: Json;
  readonly auth?: Auth;
  /** How many redirects within the same origin are followed. Absent: none. */
  readonly followRedirects?: number;
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
  /** Of single values of the body, by their paths. */
  readonly jsonPaths?: readonly JsonPathExpectation[];
  /** The body is JSON and fits a JSON Schema. */
  readonly schema?: SchemaCheck;
  /** What the connection has to be, which a plain one never is. */
  readonly tls?: TlsExpectation;
}

/** JsonPathExpectation is what one value of a body has to be. */
export interface JsonPathExpectation {
  readonly path: string;
  readonly steps: readonly JsonStep[];
  readonly value: Json;
}

/** TlsExpectation is what must hold of a connection. */
export interface TlsExpectation {
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** How many days the certificate must last. */
  readonly minDays?: number;
  /** The issuer's common name or organization. */
  readonly issuer?: Pattern;
  /** Hosts that the certificate must be for. */
  readonly names?: readonly string[];
}

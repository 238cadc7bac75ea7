import { z } from 'zod';
import { parseJsonPath } from './json-path.js';
import { patternProblem, regexProblem } from './patterns.js';
import { METHODS } from './suite.js';
import { caProblem } from './tls/trust.js';

/** An hour is longer than any load balancer's grace period in use. */
const MAX_READY_SECONDS = 3_600;
const DEFAULT_READY_SECONDS = 60;
const MAX_WITHIN_MS = 120_000;
const MAX_NAME_CHARS = 200;
/** More is a loop. */
const MAX_REDIRECTS = 3;
const MAX_RETRIES = 20;
const MAX_DELAY_MS = 60_000;
const DEFAULT_DELAY_MS = 500;
/** No certificate of a public authority lasts longer. */
const MAX_DAYS = 398;
const TAG = /^[\w.-]{1,50}$/;
/** RFC 9110, 5.6.2: a header's name is a token. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What Node's HTTP client would refuse to send. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** They belong to the connection, not to the check. */
const FRAMING_HEADERS = ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect'];

const PATH_EXPECTED = "must start with '/' and hold neither blanks nor '#': the host is not the suite's to choose";

const anyPath = z.string().max(2_048, 'may have 2048 characters');
const requestPath = anyPath.regex(/^(?:\/|\{\{)[\x21-\x22\x24-\x7e]*$/, PATH_EXPECTED);
/** It is asked before anything is known that a variable could stand for. */
const readyPath = anyPath.regex(/^\/(?!.*\{\{)[\x21-\x22\x24-\x7e]*$/, `${PATH_EXPECTED}; '{{' is for checks`);

const status = z.int('must be a whole number').min(100, 'must be from 100 to 599').max(599, 'must be from 100 to 599');

const requestHeaderName = z
  .string()
  .regex(HEADER_NAME, 'is not a header name')
  .refine((name) => !FRAMING_HEADERS.includes(name.toLowerCase()), 'is not for a check to set');

const withProblem = (problem: (text: string) => string | undefined) =>
  z.string().check((context) => {
    const message = problem(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  });

const variableName = z.string().regex(/^[A-Za-z_][\w.-]*$/, 'is not the name of a variable');
const jsonPath = withProblem((text) =>
  parseJsonPath(text) ? undefined : "must be a path to one value, such as $.items[0]['id']",
);
const environmentName = z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of an environment variable');

/** RFC 1123: what a certificate can be for, without wildcards. */
const hostName = z
  .string()
  .max(253, 'may have 253 characters')
  .regex(/^(?=.*[A-Za-z])(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/, 'is not the name of a host, such as shop.example');

const auth = z.union(
  [z.strictObject({ 'bearer-env': environmentName }), z.strictObject({ 'basic-env': environmentName })],
  { error: "expected 'bearer-env' or 'basic-env' with the name of an environment variable" },
);

const capture = z.union(
  [
    z.strictObject({ json: jsonPath }),
    z.strictObject({ header: z.string().regex(HEADER_NAME) }),
    z.strictObject({ matches: withProblem(regexProblem) }),
  ],
  { error: "expected one of 'json' (a path such as $.id), 'header' (its name), 'matches' (an expression)" },
);

const request = z.strictObject({
  method: z.enum(METHODS).default('GET'),
  path: requestPath,
  headers: z.record(requestHeaderName, z.string().regex(HEADER_VALUE, 'is not a header value')).default({}),
  body: z.string().optional(),
  json: z.json().optional(),
  auth: auth.optional(),
  'follow-redirects': z.int('must be a whole number').min(0).max(MAX_REDIRECTS).optional(),
});

const expectation = z.strictObject({
  status: z
    .union([status, z.array(status).min(1)], {
      error: 'expected a status from 100 to 599, or a list of them',
    })
    .optional(),
  headers: z.record(z.string().regex(HEADER_NAME, 'is not a header name'), withProblem(patternProblem)).default({}),
  json: z.json().optional(),
  contains: z.string().min(1, 'may not be empty').optional(),
  matches: withProblem(regexProblem).optional(),
  'json-path': z.record(jsonPath, z.json()).optional(),
  schema: z.record(z.string(), z.json()).optional(),
  tls: z
    .strictObject({
      'min-version': z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
      'min-days': z.int('must be a whole number').min(1).max(MAX_DAYS).optional(),
      issuer: withProblem(patternProblem).optional(),
      names: z.array(hostName).min(1).optional(),
    })
    .optional(),
  'within-ms': z.int('must be a whole number').min(1, 'must be at least 1').max(MAX_WITHIN_MS).optional(),
});

const check = z.strictObject({
  name: z.string().trim().min(1, 'may not be empty').max(MAX_NAME_CHARS),
  tags: z.array(z.string().regex(TAG, 'is not a tag: letters, digits, dots, hyphens and underscores')).optional(),
  request,
  expect: expectation,
  capture: z.record(variableName, capture).optional(),
  retry: z
    .strictObject({
      times: z.int('must be a whole number').min(1).max(MAX_RETRIES),
      'delay-ms': z.int('must be a whole number').min(0).max(MAX_DELAY_MS).default(DEFAULT_DELAY_MS),
    })
    .optional(),
});

/** suiteSchema is the format of a check suite, before what spans several of its members is looked at. */
export const suiteSchema = z.strictObject({
  version: z.literal(1, { error: 'this release reads version 1' }),
  ready: z.strictObject({
    path: readyPath,
    status: status.default(200),
    'timeout-seconds': z.int('must be a whole number').min(1).max(MAX_READY_SECONDS).default(DEFAULT_READY_SECONDS),
  }),
  /** By name: what holds when the caller gives no other; null when it has to. */
  variables: z.record(variableName, z.string().nullable()).optional(),
  tls: z.strictObject({ ca: withProblem(caProblem).optional(), 'server-name': hostName.optional() }).optional(),
  checks: z.array(check).min(1, 'at least one check is needed'),
});

/** RawSuite is a check suite in the words of its file. */
export type RawSuite = z.output<typeof suiteSchema>;

/** RawCheck is one check of it. */
export type RawCheck = RawSuite['checks'][number];

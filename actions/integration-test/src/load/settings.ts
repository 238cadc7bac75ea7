import { requestsOf, type Suite } from '@slipway/http-checks';
import type { TestContext } from '../inputs.js';
import type { LoadRequest } from './connection.js';
import { loadInvalid } from './errors.js';
import type { LoadShape } from './generate.js';
import type { LoadLimits } from './judge.js';

/** LoadOptions is the load that is asked for. */
export interface LoadOptions {
  readonly shape: LoadShape;
  readonly requests: readonly LoadRequest[];
  readonly limits: LoadLimits;
  /** Whether what cannot be told fails the test. */
  readonly onInconclusive: 'warn' | 'error';
  /** Measured beside it. */
  readonly previousImage?: string;
}

/** At a rate, a slow service needs many; more would be another kind of test. */
const MOST_CONNECTIONS = 1000;
const PATH = /^\/[\x21-\x22\x24-\x7e]*$/;
/** Of which nothing is said, a request and its headers are these. */
const HEADERS = { 'user-agent': 'slipway-load', accept: '*/*' } as const;

/**
 * readLoad reads the load that the inputs ask for; undefined when they ask for none.
 *
 * @throws SlipwayError TEST_LOAD_INVALID, CHECKS_NONE_SELECTED, CHECKS_VARIABLE_MISSING, CHECKS_CREDENTIAL_MISSING
 */
export function readLoad(context: TestContext, suite: Suite): LoadOptions | undefined {
  const { inputs } = context;
  const problems = problemsOf(inputs);
  if (problems.length > 0) throw loadInvalid(problems);
  const perSecond = inputs['load-requests-per-second'];
  if (perSecond === undefined && inputs['load-connections'] === undefined) return undefined;
  const connections = inputs['load-connections'] ?? MOST_CONNECTIONS;
  const previousImage = inputs['previous-image'];
  return {
    shape: { ...(perSecond === undefined ? {} : { perSecond }), connections, seconds: inputs['load-seconds'] },
    requests: requestsFor(context, suite),
    limits: limitsOf(inputs),
    onInconclusive: inputs['load-on-inconclusive'],
    ...(previousImage === undefined ? {} : { previousImage }),
  };
}

function limitsOf(inputs: TestContext['inputs']): LoadLimits {
  const limits = {
    errorPercent: inputs['load-max-error-percent'],
    p50Ms: inputs['load-max-p50-ms'],
    p95Ms: inputs['load-max-p95-ms'],
    p99Ms: inputs['load-max-p99-ms'],
    slowerPercent: inputs['load-max-slower-percent'],
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as unknown as LoadLimits;
}

/** These mean nothing without a load; the others have defaults, and nobody knows who wrote them. */
const NEED_LOAD = [
  'load-max-p50-ms',
  'load-max-p95-ms',
  'load-max-p99-ms',
  'load-max-slower-percent',
  'load-paths',
  'load-tags',
] as const satisfies readonly (keyof TestContext['inputs'])[];

function problemsOf(inputs: TestContext['inputs']): readonly string[] {
  const isAsked = inputs['load-requests-per-second'] !== undefined || inputs['load-connections'] !== undefined;
  const alone = isAsked ? [] : NEED_LOAD.filter((name) => isGiven(inputs[name]));
  const noPaths = inputs['load-paths'].filter((path) => !PATH.test(path));
  return [
    ...alone.map((name) => `'${name}' needs 'load-requests-per-second' or 'load-connections'`),
    ...noPaths.map((path) => `'${path}' in 'load-paths' is no path, which starts with '/' and has no blanks`),
    ...(inputs['load-max-slower-percent'] !== undefined && inputs['previous-image'] === undefined
      ? ["'load-max-slower-percent' needs 'previous-image'"]
      : []),
  ];
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** What is named; without names all that the suite reads and that needs no other answer. */
function requestsFor(context: TestContext, suite: Suite): readonly LoadRequest[] {
  const { inputs, environment } = context;
  const { 'load-paths': paths, 'load-tags': tags, variables } = inputs;
  const named = paths.map((path) => ({ method: 'GET', path, headers: {}, accepts: isNoError }) as const);
  const needs = { suite, variables, environment };
  const tagged = tags.length === 0 ? [] : requestsOf({ ...needs, tags });
  const isAnyNamed = paths.length + tags.length > 0;
  const reading = isAnyNamed
    ? []
    : requestsOf({ ...needs, tags: inputs.tags }).filter(({ method }) => method === 'GET');
  const all = [...named, ...tagged, ...reading];
  if (all.length === 0) throw loadInvalid(['no check of the suite can be sent on its own; name paths in `load-paths`']);
  return all.map((request) => ({ ...request, headers: { ...HEADERS, ...request.headers } }));
}

function isNoError(status: number): boolean {
  return status >= 200 && status < 400;
}

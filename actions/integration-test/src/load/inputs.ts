import { defineInputs } from '@slipway/runtime';

/** LOAD_INPUTS say how much is sent to the service, and what must hold of its answers. */
export const LOAD_INPUTS = defineInputs({
  'load-requests-per-second': {
    type: 'integer',
    min: 1,
    max: 100_000,
    description:
      'Puts a load on the service after the checks: so many requests are due each second, whether those before were answered or not. Without it and `load-connections` there is none.',
    example: '500',
  },
  'load-connections': {
    type: 'integer',
    min: 1,
    max: 10_000,
    description:
      'How many kept connections the load uses. Without a rate each of them asks again as soon as it has its answer; with one, at most so many requests are on their way, 1000 unless told.',
    example: '64',
  },
  'load-seconds': {
    type: 'integer',
    min: 1,
    max: 3600,
    default: 10,
    description: 'How long the load is measured, after a second in which everything gets warm.',
  },
  'load-paths': {
    type: 'list',
    begins: /\//,
    description:
      'What the load asks for with GET, in turn; an answer of 2xx or 3xx is a good one. Without it and `load-tags`: the GET checks of the suite.',
    example: '/, /products?page=2',
  },
  'load-tags': {
    type: 'list',
    description:
      'The load sends the requests of the checks with one of these tags, of any method, with headers, body and credentials; the statuses that a check expects are good ones. Checks that need a captured value are left out.',
    example: 'load',
  },
  'load-max-error-percent': {
    type: 'percent',
    min: 0,
    max: 100,
    default: 0,
    description: 'The share of requests that may fail in the load.',
  },
  'load-max-p50-ms': {
    type: 'integer',
    min: 1,
    max: 60_000,
    description: 'The time within which half of the requests of the load have to be answered, in milliseconds.',
    example: '20',
  },
  'load-max-p95-ms': {
    type: 'integer',
    min: 1,
    max: 60_000,
    description: 'The same for 95 of 100 requests.',
    example: '100',
  },
  'load-max-p99-ms': {
    type: 'integer',
    min: 1,
    max: 60_000,
    description: 'The same for 99 of 100 requests.',
    example: '250',
  },
  'load-max-slower-percent': {
    type: 'percent',
    min: 0,
    max: 1000,
    description:
      'By how much the p95 may lie above that of `previous-image`, which is put under the same load in the same run. Without it the two are compared, and nothing fails.',
    example: '20',
  },
  'load-on-inconclusive': {
    type: 'enum',
    values: ['warn', 'error'],
    default: 'warn',
    description:
      'What it is when a limit of the load is broken and this machine itself may be the reason: it could not keep the rate, or had no processor left.',
  },
});

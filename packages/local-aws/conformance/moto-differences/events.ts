import type { KnownDifference } from '../known-differences.js';

/** EVENTS_DIFFERENCES are the differences to moto in EventBridge. */
export const EVENTS_DIFFERENCES: readonly KnownDifference[] = [
  {
    operation: 'events:ListEventBuses',
    member: 'EventBuses[].*Time',
    kind: 'only local-aws has it',
    verdict: 'the judge is wrong',
    reason: 'moto does not tell since when a bus is there.',
    document: 'eventbridge/latest/APIReference/API_EventBus.html',
  },
];

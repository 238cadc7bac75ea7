export { inFlightAt, requestsAround, slice, MAX_FAILURES } from './figures.js';
export type { FailureKind, LoadFailure, LoadFigures, LoadInterval } from './figures.js';
export type { LatencyCounts, LatencyFigures } from './histogram.js';
export { startLoad } from './load.js';
export type { Load, LoadOptions } from './load.js';

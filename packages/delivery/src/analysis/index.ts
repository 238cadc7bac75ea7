export * from './analyst.js';
export * from './binomial.js';
export * from './detectable.js';
export * from './dispersion.js';
export * from './one-sample.js';
export * from './rate-ratio.js';

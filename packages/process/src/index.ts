export * from './run.js';
export * from './docker/docker.js';
export * from './docker/temporary.js';

export * from './environment.js';
export * from './run.js';
export * from './docker/docker.js';
export * from './docker/temporary.js';
export * from './docker/user.js';

export * from './commands.js';
export * from './file-commands.js';
export * from './github-claims.js';
export * from './run-action.js';

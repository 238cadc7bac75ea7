export { median, peersFolder, PEERS_VARIABLE, printFigure, printLine, printTitle } from './bench.js';
export * from './commands.js';
export * from './file-commands.js';
export * from './github-claims.js';
export * from './github-api/index.js';
export * from './measure.js';
export * from './run-action.js';
export * from './sweep-part.js';
export { watchPrograms, type ProgramStart, type WatchedPrograms } from './watched-programs.js';

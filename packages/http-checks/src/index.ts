export { assertBaseUrl, sendRequest, type HttpAnswer, type HttpRequest } from './http.js';
export { parseSuite } from './parse.js';
export { matchRegex, patternProblem, toPattern } from './patterns.js';
export { toJUnit } from './junit.js';
export * from './ready.js';
export * from './run-suite.js';
export { assertSuiteRuns, type RunNeeds } from './select.js';
export * from './suite.js';
export { suiteJsonSchema } from './json-schema-of-suite.js';

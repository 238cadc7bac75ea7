/** Native ESM, TypeScript by swc: tests load the very module system that ships. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // NodeNext sources import './x.js'; on disk it is './x.ts'. Only our own sources are written so.
  moduleNameMapper: { '^(\\.{1,2}/(?!.*(?:node_modules|dist)/).*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // Workspaces are linked into node_modules but are ours: they are TypeScript and have to be transformed.
  transformIgnorePatterns: ['/node_modules/(?!@slipway/)'],
  roots: ['<rootDir>/packages', '<rootDir>/actions', '<rootDir>/test'],
  testMatch: ['**/test/**/*.test.ts'],
  testTimeout: 30_000,
};

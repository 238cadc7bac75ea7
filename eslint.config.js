import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const houseRules = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  '@typescript-eslint/prefer-readonly': 'error',
  eqeqeq: 'error',
  'no-console': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 3],
  'no-restricted-properties': [
    'error',
    { object: 'AbortSignal', property: 'timeout', message: 'Use abortAfter: Node 20 may forget this one.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
    { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', 'rehearsal/**', 'reports/**', 'examples/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: houseRules,
  },
  {
    // A test reads as a list of facts; its length says nothing.
    files: ['**/test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/require-await': 'off' },
  },
  {
    // What a person starts from a shell talks to that person.
    files: ['scripts/**/*.ts', 'packages/*/src/cli.ts', '{packages,actions,test}/*/bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Tools that load their configuration by its default export, and plain JavaScript of ours.
    files: ['*.config.js', '**/*.cjs', '**/bin/*.js'],
    languageOptions: { globals: { module: 'writable', process: 'readonly', AbortController: 'readonly' } },
    rules: { 'no-restricted-syntax': 'off' },
  },
);

/** Who may import whom. Each rule's name is what the error shows. */
const only = (name, comment, outside, inside) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(packages|actions)/[^/]+/src', pathNot: inside },
  to: { path: outside },
});

const SHIPPED =
  '^(actions|packages/(core|runtime|process|aws|oci|yaml-source|http-checks|task-definition|configuration|delivery|deploy))/';
const REHEARSING = '^packages/(local-aws|testkit|rehearsal)/';
const TEST_WORLD = '^packages/(local-aws|rehearsal)/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { pathNot: '^packages/core/src' },
    },
    {
      name: 'shared-packages-import-core-only',
      comment:
        'runtime, process, aws, oci, http-checks, task-definition, configuration and delivery know core, the reader of YAML and their own outside world.',
      severity: 'error',
      from: { path: '^packages/(runtime|process|aws|oci|http-checks|task-definition|configuration|delivery)/src' },
      to: {
        path: '^(packages|actions)/',
        pathNot: ['^packages/(core|yaml-source)/', '^packages/$1/'],
      },
    },
    {
      name: 'deploy-imports-what-ships',
      comment: 'What the deploying actions share: the adapters and the heart, and no image.',
      severity: 'error',
      from: { path: '^packages/deploy/src' },
      to: { path: '^packages/', pathNot: '^packages/(deploy|core|runtime|process|aws|http-checks|delivery)/' },
    },
    {
      name: 'delivery-is-pure',
      comment: 'The heart decides; it reads no clock, file, socket or process.',
      severity: 'error',
      from: { path: '^packages/delivery/src' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'yaml-source-imports-core-and-yaml',
      comment: 'It reads a text, whatever the text is for.',
      severity: 'error',
      from: { path: '^packages/yaml-source/src' },
      to: { pathNot: ['^packages/(yaml-source|core)/src', 'node_modules/(yaml|zod)/'] },
    },
    {
      name: 'yaml-source-knows-schemas-by-type',
      comment:
        'What a schema found wrong is a value like any other; who reads a text without one does not bring zod along.',
      severity: 'error',
      from: { path: '^packages/yaml-source/src' },
      to: { path: 'node_modules/zod/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'files-are-read-by-yaml-source',
      comment: 'What is wrong with a file is told by line and column, and what is refused is refused in one place.',
      severity: 'error',
      from: { path: '^packages/(http-checks|task-definition|configuration)/src' },
      to: { path: 'node_modules/yaml/' },
    },
    {
      name: 'task-definition-is-pure',
      comment: 'It reads texts and judges values; files and AWS are the action’s.',
      severity: 'error',
      from: { path: '^packages/task-definition/src' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'configuration-is-pure',
      comment: 'It reads a text; files, GitHub and what is to be done are the action’s.',
      severity: 'error',
      from: { path: '^packages/configuration/src' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'actions-meet-in-yaml',
      severity: 'error',
      from: { path: '^actions/([^/]+)/' },
      to: { path: '^actions/', pathNot: '^actions/$1/' },
    },
    {
      name: 'packages-know-no-action',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^actions/' },
    },
    {
      name: 'what-ships-knows-no-test-world',
      severity: 'error',
      from: { path: SHIPPED, pathNot: '/(test|bench)/' },
      to: { path: REHEARSING },
    },
    {
      name: 'local-aws-imports-core-process-oci',
      severity: 'error',
      from: { path: '^packages/local-aws/src' },
      to: { path: '^(packages|actions)/', pathNot: '^packages/(local-aws|core|process|oci)/' },
    },
    {
      name: 'testkit-imports-core-process',
      severity: 'error',
      from: { path: '^packages/testkit/src' },
      to: { path: '^(packages|actions)/', pathNot: '^packages/(testkit|core|process)/' },
    },
    only(
      'only-runtime-imports-actions-toolkit',
      'GitHub is met in one place.',
      '^@(actions|octokit)/|node_modules/@(actions|octokit)/',
      '^packages/runtime/',
    ),
    only(
      'undici-is-for-github-and-loads',
      'A proxy on the way to GitHub, and requests by the thousand; everything else is asked by fetch.',
      'node_modules/undici/',
      '^(packages/runtime|actions/integration-test/src/load)/',
    ),
    only(
      'only-process-starts-programs',
      'One spawn site, without a shell.',
      '^(node:)?child_process$',
      '^packages/process/',
    ),
    only('only-aws-imports-the-sdk', 'One narrow port per service.', 'node_modules/@aws-sdk/', [
      '^packages/aws/',
      TEST_WORLD,
    ]),
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Ours, which are built; a library's dist is what its importers see of it.
    exclude: { path: '^(packages|actions)/.*/(dist|bin)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

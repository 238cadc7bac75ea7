import { describe, expect, it } from '@jest/globals';
import { commentAt, readYaml, yamlBlocks, type YamlFile } from './yaml-documents.js';
import { CONSUMER_RULES, SNIPPET_RULES, WORKFLOW_RULES } from './yaml-rules.js';

const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const yaml = (text: string): YamlFile => readYaml({ name: 'example.yml', text });
const job = (body: string): string => `jobs:\n  a:\n${body.replaceAll(/^(?=.)/gm, '    ')}`;
const step = (body: string): string => job(`steps:\n  - ${body.replaceAll('\n', '\n    ')}`);
const queued = (concurrency: string): string => `${concurrency}\n${step('uses: $/actions/bluegreen-deploy')}`;
const privileged = (body: string): string => `${step(body)}\n    permissions:\n      id-token: write # why`;

interface Examples {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** By the rule's name: YAML that keeps it, and YAML that breaks it in every way that we thought of. */
const EXAMPLES: Readonly<Record<string, Examples>> = {
  'a workflow grants nothing at the top': {
    good: ['permissions: {}'],
    bad: ['on: push', 'permissions: read-all', 'permissions:\n  contents: read # why', 'permissions:'],
  },
  'a job names what it may do, each grant with its reason': {
    good: [job('permissions: {}'), job('permissions:\n  contents: read # to read\n  id-token: write # to assume')],
    bad: [
      job('steps: []'),
      job('permissions: write-all'),
      job('permissions:\n  contents: read'),
      job('permissions:\n  contents: read # to read\n  id-token: write'),
      job('permissions:\n  contents: read #'),
    ],
  },
  'what a linter is not to find is explained': {
    good: ['on: push', 'on: push # zizmor: ignore[dangerous-triggers] the job has no rights'],
    bad: [
      'on: push # zizmor: ignore[dangerous-triggers]',
      'on: push # zizmor: ignore',
      'on: push #zizmor:ignore[] it has no rights',
    ],
  },
  'a job ends in time': {
    good: [job('timeout-minutes: 5'), job('uses: $/.github/workflows/deliver.yml')],
    bad: [job('steps: []'), job('timeout-minutes: soon')],
  },
  'a script is the same text in every run': {
    good: [step('run: echo "$NAME"\nenv:\n  NAME: ${{ github.actor }}')],
    bad: [
      step('run: echo ${{ github.actor }}'),
      step('run: |\n  set -e\n  echo "${{ inputs.name }}"'),
      step('uses: a/b@c\nwith:\n  script: console.log("${{ github.event.issue.title }}")'),
      '- run: echo ${{ matrix.node }}',
    ],
  },
  "other people's code is named by commit, with its version behind it": {
    good: [step(`uses: actions/checkout@${SHA} # v7.0.1`), step('uses: $/actions/push-ecr')],
    bad: [
      step('uses: actions/checkout@v7 # v7.0.1'),
      step('uses: actions/checkout@main'),
      step('uses: actions/checkout'),
      step(`uses: actions/checkout@${SHA}`),
      step(`uses: actions/checkout@${SHA} # v7`),
      step(`uses: actions/checkout@${SHA.slice(1)} # v7.0.1`),
      step('uses: docker://alpine:3'),
      job('uses: someone/else/.github/workflows/x.yml@v1'),
    ],
  },
  'our own code is the one of the same commit': {
    good: [step('uses: $/actions/push-ecr'), job('uses: $/.github/workflows/deliver.yml')],
    bad: [
      step('uses: ./actions/push-ecr'),
      job('uses: ./.github/workflows/deliver.yml'),
      step(`uses: $/actions/push-ecr@${SHA}`),
      step(`uses: your-org/slipway/actions/push-ecr@${SHA}`),
    ],
  },
  'a consumer names our code by the commit of a release': {
    good: [
      step(`uses: your-org/slipway/actions/push-ecr@${'0'.repeat(40)} # replace by the commit of the release you use`),
    ],
    bad: [
      step('uses: $/actions/push-ecr'),
      step('uses: your-org/slipway/actions/push-ecr@v1'),
      step(`uses: your-org/slipway/actions/push-ecr@${SHA} # replace by the commit of the release you use`),
      step(`uses: your-org/slipway/actions/push-ecr@${'0'.repeat(40)}`),
    ],
  },
  'a checkout leaves no token behind': {
    good: [step(`uses: actions/checkout@${SHA}\nwith:\n  persist-credentials: false`)],
    bad: [
      step(`uses: actions/checkout@${SHA}`),
      step(`uses: actions/checkout@${SHA}\nwith:\n  persist-credentials: true`),
      step(`uses: actions/checkout@${SHA}\nwith:\n  persist-credentials: 'false'`),
    ],
  },
  'a deploy waits for the one before it, and is never dropped or cancelled': {
    good: [
      queued('concurrency:\n  group: g\n  queue: max'),
      `${step('uses: $/actions/bluegreen-deploy')}\n    concurrency:\n      group: g\n      queue: max`,
      step('uses: $/actions/push-ecr'),
      // The called workflow is ours, and is held to this rule itself.
      job('uses: $/.github/workflows/stage.yml'),
    ],
    bad: [
      step('uses: $/actions/bluegreen-deploy'),
      queued('concurrency: g'),
      queued('concurrency:\n  group: g'),
      queued('concurrency:\n  queue: max'),
      queued('concurrency:\n  group: g\n  queue: single'),
      queued('concurrency:\n  group: g\n  queue: max\n  cancel-in-progress: true'),
      queued('concurrency:\n  group: g\n  queue: max\n  cancel-in-progress: ${{ true }}'),
      `${queued('concurrency:\n  group: g\n  cancel-in-progress: true')}\n    concurrency:\n      group: h\n      queue: max`,
      job(`uses: your-org/slipway/.github/workflows/promote.yml@${SHA}`),
      job(`uses: your-org/slipway/.github/workflows/deliver.yml@${SHA}`),
      step(`uses: your-org/slipway/actions/bluegreen-deploy@${SHA}`),
    ],
  },
  "no run of a stranger's pull request has our rights": {
    good: ['on: pull_request', 'on: [push, pull_request]'],
    bad: [
      'on: pull_request_target',
      'on: [push, pull_request_target]',
      'on:\n  pull_request_target:\n    types: [opened]',
    ],
  },
  'a job with rights takes nothing from a cache': {
    good: [
      step(`uses: actions/cache@${SHA}`),
      privileged(`uses: actions/setup-node@${SHA}\nwith:\n  package-manager-cache: false`),
    ],
    bad: [
      privileged(`uses: actions/cache@${SHA}`),
      privileged(`uses: actions/cache/restore@${SHA}`),
      privileged(`uses: actions/setup-node@${SHA}`),
      privileged(`uses: actions/setup-go@${SHA}\nwith:\n  cache: true`),
      privileged(`uses: docker/build-push-action@${SHA}\nwith:\n  cache-from: type=gha`),
      `${step(`uses: actions/cache@${SHA}`)}\n    permissions: write-all`,
    ],
  },
  'nothing needs a stored secret': {
    good: [
      step('uses: a/b@c\nwith:\n  role: ${{ vars.ROLE }} and no secrets'),
      step('uses: a/b@c\nwith:\n  secrets: PASSWORD=for-the-test'),
      step('uses: a/b@c\nwith:\n  secrets: ${{ secrets.build-secrets }}'),
      job('uses: $/.github/workflows/image.yml\nsecrets:\n  build-secrets: ${{ secrets.build-secrets }}'),
      'on:\n  workflow_call:\n    secrets:\n      build-secrets:\n        required: false',
    ],
    bad: [
      step('uses: a/b@c\nwith:\n  key: ${{ secrets.AWS_KEY }}'),
      step("run: x\nenv:\n  KEY: a-${{ secrets['AWS_KEY'] }}"),
      step("run: x\nenv:\n  KEY: ${{ format('{0}', secrets.AWS_KEY) }}"),
      job('uses: $/.github/workflows/deliver.yml\nsecrets: inherit'),
      'on:\n  workflow_call:\n    secrets:\n      key:\n        required: true',
      'on:\n  workflow_call:\n    secrets:\n      build-secrets:\n        required: true',
      step('uses: a/b@c\nwith:\n  secrets: ${{ secrets.build-secrets }} ${{ secrets.other }}'),
      job('uses: a/b@c\nsecrets:\n  build-secrets: x\n  other: y'),
    ],
  },
  'AWS is reached by OIDC alone': {
    good: [privileged(`uses: aws-actions/configure-aws-credentials@${SHA}\nwith:\n  role-to-assume: r`)],
    bad: [
      step(`uses: aws-actions/configure-aws-credentials@${SHA}\nwith:\n  role-to-assume: r`),
      privileged(`uses: aws-actions/configure-aws-credentials@${SHA}\nwith:\n  aws-region: r`),
      privileged(
        `uses: aws-actions/configure-aws-credentials@${SHA}\nwith:\n  role-to-assume: r\n  aws-access-key-id: k`,
      ),
    ],
  },
  'jobs hand on pieces that masking cannot blank': {
    good: [job('outputs:\n  digest: ${{ steps.push.outputs.digest }}\n  tag: ${{ steps.push.outputs.tag }}')],
    bad: [
      job('outputs:\n  image: x'),
      job('outputs:\n  deployment: ${{ steps.deploy.outputs.deployment-arn }}'),
      job('outputs:\n  repository-uri: x'),
      job('outputs:\n  where: ${{ steps.push.outputs.image }}'),
    ],
  },
};

const rules = new Map([...WORKFLOW_RULES, ...CONSUMER_RULES, ...SNIPPET_RULES].map((rule) => [rule.name, rule]));
const cases = (kind: keyof Examples) =>
  Object.entries(EXAMPLES).flatMap(([name, examples]) => examples[kind].map((text) => ({ name, text })));

describe('the rules', () => {
  it('have examples, every one', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([...rules.keys()].sort());
  });

  it.each(cases('good'))('$name; kept by: $text', ({ name, text }) => {
    expect(rules.get(name)?.problems(yaml(text))).toEqual([]);
  });

  it.each(cases('bad'))('$name; broken by: $text', ({ name, text }) => {
    expect(rules.get(name)?.problems(yaml(text))).not.toEqual([]);
  });
});

describe('yamlBlocks', () => {
  it('finds every block, where it stands, without the indent of a list', () => {
    const text = [
      '# Title',
      '```yaml',
      'a: 1',
      '```',
      'text',
      '1. in a list',
      '   ```yml title="x"',
      '   b:',
      '     - 2',
      '   ```',
      '```json',
      '{}',
      '```',
      '```yaml',
      'c: [',
      '```',
    ].join('\n');
    const blocks = yamlBlocks({ name: 'README.md', text });
    expect(blocks.map(({ name, root }) => [name, root])).toEqual([
      ['README.md:2', { a: 1 }],
      ['README.md:7', { b: [2] }],
      ['README.md:14', undefined],
    ]);
    expect(blocks.map(({ errors }) => errors.length > 0)).toEqual([false, false, true]);
  });
});

describe('commentAt', () => {
  it.each([
    ['a: 1 # why', 'why'],
    ['a: 1\n# not this one\nb: 2', ''],
    ['a: 1', ''],
    ['b: 1', ''],
  ])('of %j is %j', (text, expected) => {
    expect(commentAt(yaml(text).document, ['a'])).toBe(expected);
  });
});

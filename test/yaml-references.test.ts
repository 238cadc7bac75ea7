import { describe, expect, it } from '@jest/globals';
import { defineAction, type ActionDefinition } from '@slipway/runtime';
import { readYaml, type YamlFile } from './yaml-documents.js';
import { expressionProblems, gateProblems, usesProblems, type OwnCode } from './yaml-references.js';

const yaml = (text: string): YamlFile => readYaml({ name: 'example.yml', text });

const push: ActionDefinition = defineAction({
  name: 'push',
  title: 'push',
  description: 'Pushes.',
  icon: 'x',
  inputs: {
    tag: { type: 'string', required: true, description: 'The tag.', pattern: /[a-z]+/, expects: 'letters' },
    wait: { type: 'integer', min: 1, max: 5, description: 'How long.' },
  },
  outputs: { digest: { description: 'The digest.' } },
  hasPost: false,
  permissions: [],
});

const called = yaml(`
on:
  workflow_call:
    inputs:
      cluster: { type: string, required: true }
      minutes: { type: number }
    outputs:
      digest: { value: x }
jobs:
  a:
    permissions:
      id-token: write # why
`);

const own: OwnCode = { actions: new Map([['push', push]]), workflows: new Map([['deliver.yml', called]]) };

const use = (body: string): string => `- uses: $/actions/push\n  ${body.replaceAll('\n', '\n  ')}`;
const call = (inputs: string, permissions = '{ id-token: write }'): string =>
  `jobs:\n  x:\n    permissions: ${permissions}\n    uses: $/.github/workflows/deliver.yml\n    with: ${inputs}`;

describe('usesProblems', () => {
  it.each([
    use('with:\n  tag: abc'),
    use('with:\n  tag: abc\n  wait: 5'),
    use('with:\n  tag: ${{ inputs.anything }}\n  wait: ${{ inputs.x }}'),
    'uses: your-org/slipway/actions/push@0000\nwith: { tag: abc }',
    'uses: someone/else@v1\nwith: { anything: 1 }',
    call('{ cluster: a }'),
    call('{ cluster: a, minutes: 3 }'),
    call('{ cluster: "${{ inputs.x }}", minutes: "${{ inputs.y }}" }'),
  ])('finds nothing wrong with %j', (text) => {
    expect(usesProblems(yaml(text), own)).toEqual([]);
  });

  it.each([
    [use(''), ["push needs 'tag'"]],
    [use('with:\n  tag: ""'), ["push needs 'tag'"]],
    [use('with:\n  tag: abc\n  colour: red'), ["push has no input 'colour'"]],
    [use('with:\n  tag: "7"'), ["'tag' of push is '7', not letters"]],
    [use('with:\n  tag: abc\n  wait: 6'), ["'wait' of push is '6', not a whole number from 1 to 5"]],
    ['- uses: $/actions/pull', ["there is no action 'pull'"]],
    ['- uses: your-org/slipway/actions/push@0000', ["push needs 'tag'"]],
    [call('{}'), ["deliver.yml needs 'cluster'"]],
    [call('{ cluster: 7 }'), ["'cluster' of deliver.yml has to be a string"]],
    [call('{ cluster: a, minutes: "3" }'), ["'minutes' of deliver.yml has to be a number"]],
    [call('{ cluster: a, colour: red }'), ["deliver.yml has no input 'colour'"]],
    [call('{ cluster: a }', '{}'), ["deliver.yml needs the permission 'id-token: write'"]],
    [call('{ cluster: a }', '{ id-token: read }'), ["deliver.yml needs the permission 'id-token: write'"]],
    ['jobs: { x: { uses: $/.github/workflows/none.yml } }', ["there is no workflow 'none.yml'"]],
  ])('finds what is wrong with %j', (text, problems) => {
    expect(usesProblems(yaml(text), own)).toEqual(problems);
  });
});

const workflow = (jobs: string, on = 'push'): string => `on: ${on}\njobs:\n${jobs}`;
const FIRST = '  first:\n    outputs: { digest: x }\n';
const CALL = '  call: { uses: $/.github/workflows/deliver.yml }\n';
const steps = (body: string): string => workflow(`  a:\n    steps:\n${body}`);

describe('expressionProblems', () => {
  it.each([
    workflow(`${FIRST}  b:\n    needs: first\n    env: { D: "\${{ needs.first.outputs.digest }}" }`),
    workflow(`${CALL}  b:\n    needs: call\n    env: { D: "\${{ needs.call.outputs.digest }}" }`),
    workflow(`${FIRST}  b:\n    needs: [first]\n    if: needs.first.result == 'success'`),
    workflow('  a:\n    env: { X: "${{ inputs.x || inputs.y }}" }', '{ workflow_call: { inputs: { x: {}, y: {} } } }'),
    workflow(FIRST, '{ workflow_call: { outputs: { d: { value: "${{ jobs.first.outputs.digest }}" } } } }'),
    workflow('  a:\n    strategy: { matrix: { node: [20] } }\n    name: on ${{ matrix.node }}'),
    steps('      - { id: p, uses: $/actions/push }\n      - env: { D: "${{ steps.p.outputs.digest }}" }'),
    steps('      - { id: p, uses: $/actions/push }\n      - env: { D: "${{ steps.p.outputs.outcome }}" }'),
    steps('      - { id: p, uses: some/one@v1 }\n      - if: steps.p.outputs.anything'),
    steps('      - run: echo inputs.none needs.none.outputs.x'),
  ])('finds nothing wrong with %j', (text) => {
    expect(expressionProblems(yaml(text), own)).toEqual([]);
  });

  it.each([
    [workflow('  b: { needs: none }'), ["job 'b' needs 'none', which does not exist"]],
    [
      workflow(`${FIRST}  b:\n    env: { D: "\${{ needs.first.outputs.digest }}" }`),
      ["job 'b' speaks of 'first' and does not need it"],
    ],
    [
      workflow(`${FIRST}  b:\n    needs: first\n    env: { D: "\${{ needs.first.outputs.tag }}" }`),
      ["there is no output 'tag' of job 'first'"],
    ],
    [
      workflow(`${CALL}  b:\n    needs: call\n    env: { D: "\${{ needs.call.outputs.tag }}" }`),
      ["there is no output 'tag' of job 'call'"],
    ],
    [workflow('  a:\n    env: { X: "${{ inputs.x }}" }'), ["there is no input 'x'"]],
    [workflow('  a:\n    if: inputs.x'), ["there is no input 'x'"]],
    [
      workflow(FIRST, '{ workflow_call: { outputs: { d: { value: "${{ jobs.first.outputs.tag }}" } } } }'),
      ["there is no output 'tag' of job 'first'"],
    ],
    [workflow('  a:\n    name: on ${{ matrix.node }}'), ["job 'a' has no matrix value 'node'"]],
    [
      steps('      - env: { D: "${{ steps.p.outputs.digest }}" }\n      - { id: p, uses: $/actions/push }'),
      ["job 'a' speaks of step 'p', which does not exist or comes later"],
    ],
    [
      steps('      - { id: p, uses: $/actions/push }\n      - env: { D: "${{ steps.p.outputs.colour }}" }'),
      ["push has no output 'colour'"],
    ],
    [
      `${steps('      - { id: p, uses: $/actions/push }')}\n    outputs: { c: "\${{ steps.p.outputs.colour }}" }`,
      ["push has no output 'colour'"],
    ],
    [steps('      - { id: p, run: x }\n      - { id: p, run: y }'), ["two steps are called 'p'"]],
  ])('finds what is wrong with %j', (text, problems) => {
    expect(expressionProblems(yaml(text), own)).toEqual(problems);
  });
});

describe('gateProblems', () => {
  it.each([
    [workflow('  a: {}\n  ok: { needs: a, if: always() }'), []],
    [workflow('  a: {}\n  b: {}\n  ok: { needs: [a], if: always() }'), ["'ok' does not wait for 'b'"]],
    [workflow('  a: {}\n  ok: { needs: a }'), ["'ok' has no 'if: always()'"]],
    [workflow('  a: {}'), ["there is no job 'ok'"]],
  ])('of %j are %j', (text, problems) => {
    expect(gateProblems(yaml(text), 'ok')).toEqual(problems);
  });
});

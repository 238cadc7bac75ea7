import { describe, expect, it } from '@jest/globals';
import {
  applyChanges,
  assertVariableNames,
  expandPlaceholders,
  type Changes,
  type ContainerChanges,
  type JsonObject,
} from '../src/index.js';

const IN_CONTAINER: ContainerChanges = {
  environment: {},
  removeEnvironment: [],
  replaceEnvironment: false,
  secrets: {},
  removeSecrets: [],
  replaceSecrets: false,
  command: undefined,
  logDriver: undefined,
  logOptions: {},
  dockerLabels: {},
  envFiles: [],
  patch: undefined,
};
const NONE: Changes = {
  patch: undefined,
  family: undefined,
  cpu: undefined,
  memory: undefined,
  taskRoleArn: undefined,
  executionRoleArn: undefined,
  tags: {},
  containers: [],
  inContainers: IN_CONTAINER,
  images: {},
};
const WEB = {
  name: 'web',
  image: 'placeholder',
  environment: [
    { name: 'LEVEL', value: 'info' },
    { name: 'B', value: '1' },
  ],
};
const DEFINITION: JsonObject = { family: 'web', cpu: '256', containerDefinitions: [WEB] };
const TWO: JsonObject = { ...DEFINITION, containerDefinitions: [WEB, { name: 'sidecar', image: 'other' }] };

const webOf = (changes: Partial<ContainerChanges>, definition = DEFINITION): unknown =>
  (
    applyChanges(definition, { ...NONE, inContainers: { ...IN_CONTAINER, ...changes } }).definition[
      'containerDefinitions'
    ] as unknown[]
  )[0];

describe('a change of a container', () => {
  it.each<[string, Partial<ContainerChanges>, object]>([
    [
      'environment',
      { environment: { LEVEL: 'a=b', C: '' } },
      {
        environment: [
          { name: 'LEVEL', value: 'a=b' },
          { name: 'B', value: '1' },
          { name: 'C', value: '' },
        ],
      },
    ],
    ['remove-environment', { removeEnvironment: ['B', 'X'] }, { environment: [{ name: 'LEVEL', value: 'info' }] }],
    [
      'replace-environment',
      { environment: { B: '2' }, replaceEnvironment: true },
      { environment: [{ name: 'B', value: '2' }] },
    ],
    ['replace-environment alone', { replaceEnvironment: true }, { environment: [] }],
    ['secrets without environment', { secrets: { TOKEN: 'arn' } }, { secrets: [{ name: 'TOKEN', valueFrom: 'arn' }] }],
    [
      'a secret that takes a variable’s place',
      { secrets: { B: 'arn' } },
      { environment: [{ name: 'LEVEL', value: 'info' }], secrets: [{ name: 'B', valueFrom: 'arn' }] },
    ],
    ['command', { command: ['npm', 'start "x"'] }, { command: ['npm', 'start "x"'] }],
    ['log-driver', { logDriver: 'awslogs' }, { logConfiguration: { logDriver: 'awslogs' } }],
    [
      'log-options',
      { logOptions: { 'awslogs-datetime-format': 'a=b=c' } },
      { logConfiguration: { options: { 'awslogs-datetime-format': 'a=b=c' } } },
    ],
    ['docker-labels', { dockerLabels: { rule: 'Host(`a`)=b' } }, { dockerLabels: { rule: 'Host(`a`)=b' } }],
    [
      'env-files',
      { envFiles: ['arn:aws:s3:::b/a.env'] },
      { environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 's3' }] },
    ],
    [
      'container-patch',
      { patch: { essential: false, environment: null } },
      { environment: undefined, essential: false },
    ],
  ])('%s acts on its own', (_title, changes, members) => {
    expect(webOf(changes)).toEqual({ ...WEB, ...members });
  });

  it('lets a variable take a secret’s place', () => {
    const definition = {
      ...DEFINITION,
      containerDefinitions: [{ name: 'web', secrets: [{ name: 'A', valueFrom: 'x' }] }],
    };
    expect(webOf({ environment: { A: '1' } }, definition)).toEqual({
      name: 'web',
      secrets: [],
      environment: [{ name: 'A', value: '1' }],
    });
  });

  it('drops the options of another log driver, and keeps those of its own', () => {
    const logConfiguration = { logDriver: 'awslogs', options: { a: '1' } };
    const definition = { ...DEFINITION, containerDefinitions: [{ ...WEB, logConfiguration }] };
    expect(webOf({ logDriver: 'splunk', logOptions: { b: '2' } }, definition)).toMatchObject({
      logConfiguration: { logDriver: 'splunk', options: { b: '2' } },
    });
    expect(webOf({ logOptions: { b: '2' } }, definition)).toMatchObject({
      logConfiguration: { logDriver: 'awslogs', options: { a: '1', b: '2' } },
    });
  });
});

describe('applyChanges', () => {
  it.each<[string, Partial<Changes>, object]>([
    ['nothing', {}, {}],
    ['cpu', { cpu: '512' }, { cpu: '512' }],
    ['memory', { memory: '1 GB' }, { memory: '1 GB' }],
    ['family', { family: 'api' }, { family: 'api' }],
    ['task-role-arn', { taskRoleArn: 'r' }, { taskRoleArn: 'r' }],
    ['execution-role-arn', { executionRoleArn: 'r' }, { executionRoleArn: 'r' }],
    ['tags', { tags: { team: 'a=b' } }, { tags: [{ key: 'team', value: 'a=b' }] }],
    [
      'patch',
      { patch: { cpu: null, runtimePlatform: { cpuArchitecture: 'ARM64' } } },
      { cpu: undefined, runtimePlatform: { cpuArchitecture: 'ARM64' } },
    ],
    ['an input over the patch', { patch: { cpu: '1' }, cpu: '512' }, { cpu: '512' }],
    ['images', { images: { web: 'x' } }, { containerDefinitions: [{ ...WEB, image: 'x' }] }],
  ])('%s acts on its own', (_title, changes, members) => {
    expect(applyChanges(DEFINITION, { ...NONE, ...changes }).definition).toEqual({ ...DEFINITION, ...members });
  });

  it('tells which input set what', () => {
    const { setBy } = applyChanges(TWO, {
      ...NONE,
      cpu: '1',
      containers: ['sidecar'],
      inContainers: { ...IN_CONTAINER, command: ['x'] },
      images: { web: 'x' },
    });
    expect(setBy).toEqual([
      { path: ['cpu'], input: 'cpu' },
      { path: ['containerDefinitions', 0, 'image'], input: 'images' },
      { path: ['containerDefinitions', 1, 'command'], input: 'command' },
    ]);
  });

  it('changes every container that is named', () => {
    const { definition } = applyChanges(TWO, {
      ...NONE,
      containers: ['web', 'sidecar'],
      inContainers: { ...IN_CONTAINER, command: ['x'] },
    });
    expect(definition['containerDefinitions']).toMatchObject([{ command: ['x'] }, { command: ['x'] }]);
  });

  it('does not guess which of several containers is meant', () => {
    const change = () => applyChanges(TWO, { ...NONE, inContainers: { ...IN_CONTAINER, command: ['x'] } });
    expect(change).toThrow(
      expect.objectContaining({ code: 'REGISTER_CONTAINER_UNCLEAR', hint: expect.stringContaining('web, sidecar') }),
    );
  });

  it.each([{ images: { api: 'x' } }, { containers: ['api'] }])('names the containers that are there: %j', (changes) => {
    expect(() => applyChanges(TWO, { ...NONE, ...changes })).toThrow(
      expect.objectContaining({ code: 'REGISTER_CONTAINER_NOT_FOUND', hint: expect.stringContaining('web, sidecar') }),
    );
  });
});

describe('expandPlaceholders', () => {
  const known = new Map([
    ['REGION', 'eu-central-1'],
    ['IMAGE', undefined],
    ['OWN', '${REGION}$&'],
  ]);

  it('replaces what is known, once, and leaves what is escaped', () => {
    const value = { '${REGION}': ['a-${REGION}-${OWN}', '$${HOME} $REGION {x} $$ ${REGION}'], n: 1, b: true };
    expect(expandPlaceholders(value, known)).toEqual({
      value: { '${REGION}': ['a-eu-central-1-${REGION}$&', '${HOME} $REGION {x} $$ eu-central-1'], n: 1, b: true },
      used: new Set(['REGION', 'OWN']),
    });
  });

  it('tells of all that have no value, where they stand and what may be meant', () => {
    const expand = () => expandPlaceholders({ family: '${REGOIN}', cpu: '${IMAGE}', memory: '${HOME:-secret}' }, known);
    expect(expand).toThrow(expect.objectContaining({ code: 'REGISTER_PLACEHOLDER_UNKNOWN' }));
    expect(expand).toThrow(/REGOIN.* at family is unknown; did you mean .*REGION.*\n.*IMAGE.* at cpu has no value/);
    expect(expand).not.toThrow(/secret/);
  });

  it.each(['REGION', 'a b', ''])('refuses a variable %j', (name) => {
    expect(() => assertVariableNames(['OK', name])).toThrow(
      expect.objectContaining({ code: 'REGISTER_PLACEHOLDER_UNKNOWN' }),
    );
  });
});

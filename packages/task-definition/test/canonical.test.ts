import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { canonical, changedContainers, diffDefinitions, isSame, mergePatch, type JsonObject } from '../src/index.js';
import { EC2, FARGATE, withContainer } from './samples.js';

const web = (members: object): JsonObject => withContainer(FARGATE, members);
const onEc2 = (members: object): JsonObject => withContainer(EC2, members);
const plain = {
  portMappings: [{ containerPort: 80 }],
  environment: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
};
const check = { command: ['CMD-SHELL', 'x'] };
const efs = { fileSystemId: 'fs-1' };

describe('definitions that mean the same', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'what ECS fills in',
      web(plain),
      web({
        ...plain,
        essential: true,
        cpu: 0,
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      }),
    ],
    [
      'a host port that ECS chooses',
      onEc2({ portMappings: [{ containerPort: 80 }] }),
      onEc2({ portMappings: [{ containerPort: 80, hostPort: 0 }] }),
    ],
    ['another order of variables', web(plain), web({ ...plain, environment: [...plain.environment].reverse() })],
    ['another order of members', FARGATE, Object.fromEntries(Object.entries(FARGATE).reverse())],
    ['vCPUs and GB', { ...FARGATE, cpu: '.25 vCPU', memory: '0.5 GB' }, FARGATE],
    [
      'Fargate’s own platform',
      FARGATE,
      { ...FARGATE, runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' } },
    ],
    [
      'no launch type and EC2',
      EC2,
      { ...EC2, requiresCompatibilities: ['EC2'], networkMode: 'bridge', volumes: [], placementConstraints: [] },
    ],
    [
      'a health check’s defaults',
      web({ healthCheck: check }),
      web({ healthCheck: { ...check, interval: 30, timeout: 5, retries: 3 } }),
    ],
    ['a volume of the host', { ...EC2, volumes: [{ name: 'v' }] }, { ...EC2, volumes: [{ name: 'v', host: {} }] }],
    [
      'a file system’s defaults',
      { ...EC2, volumes: [{ name: 'v', efsVolumeConfiguration: efs }] },
      {
        ...EC2,
        volumes: [{ name: 'v', efsVolumeConfiguration: { ...efs, rootDirectory: '/', transitEncryption: 'DISABLED' } }],
      },
    ],
    ['a role by name', { ...FARGATE, executionRoleArn: 'execution' }, FARGATE],
    ['no tags', FARGATE, { ...FARGATE, tags: [] }],
  ])('%s', (_title, ours, theirs) => {
    expect(isSame(ours, theirs)).toBe(true);
    expect(
      diffDefinitions(
        mergePatch(ours, { executionRoleArn: null }) as JsonObject,
        mergePatch(theirs, { executionRoleArn: null }) as JsonObject,
      ),
    ).toEqual([]);
  });
});

describe('definitions that differ', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['an order that matters', web({ command: ['a', 'b'] }), web({ command: ['b', 'a'] })],
    ['a container that is not essential', web({}), web({ essential: false })],
    ['a restart policy that is off', web({}), web({ restartPolicy: { enabled: false } })],
    ['an empty variable', web({}), web({ environment: [{ name: 'A', value: '' }] })],
    ['another protocol', web(plain), web({ ...plain, portMappings: [{ containerPort: 80, protocol: 'udp' }] })],
    ['a fixed host port', onEc2(plain), onEc2({ ...plain, portMappings: [{ containerPort: 80, hostPort: 80 }] })],
    [
      'environment files in another order',
      web({ environmentFiles: [{ value: 'a' }, { value: 'b' }] }),
      web({ environmentFiles: [{ value: 'b' }, { value: 'a' }] }),
    ],
    ['a role of another name', { ...FARGATE, executionRoleArn: 'cution' }, FARGATE],
    ['a tag', FARGATE, { ...FARGATE, tags: [{ key: 'a', value: 'b' }] }],
    ['a platform', FARGATE, { ...FARGATE, runtimePlatform: { cpuArchitecture: 'ARM64' } }],
  ])('%s', (_title, ours, theirs) => {
    expect(isSame(ours, theirs)).toBe(false);
    expect(diffDefinitions(ours, theirs)).not.toEqual([]);
  });
});

describe('canonical', () => {
  it('of what is canonical is the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(FARGATE, EC2),
        fc.record({ command: fc.array(fc.string()), cpu: fc.nat(), interactive: fc.boolean() }, { requiredKeys: [] }),
        (base, members) => {
          const once = canonical(withContainer(base, members));
          expect(canonical(once)).toEqual(once);
        },
      ),
    );
  });
});

describe('diffDefinitions', () => {
  const before = withContainer(
    FARGATE,
    { ...plain, dockerLabels: { a: '1' }, secrets: [{ name: 'S', valueFrom: 'x' }] },
    { command: ['x'] },
  );
  const after = withContainer(
    { ...FARGATE, cpu: '512', memory: '1024' },
    {
      environment: [
        { name: 'A', value: 'canary-7261' },
        { name: 'C', value: '3' },
      ],
      dockerLabels: { a: '2', b: '1' },
    },
    { name: 'proxy' },
  );

  it('tells names and what became of them', () => {
    const differences = diffDefinitions(before, after);
    expect(differences.map(({ path, change }) => `${path} ${change}`).sort()).toEqual([
      'containerDefinitions[other0] removed',
      'containerDefinitions[proxy] added',
      'containerDefinitions[web].dockerLabels.a changed',
      'containerDefinitions[web].dockerLabels.b added',
      'containerDefinitions[web].environment[A] changed',
      'containerDefinitions[web].environment[B] removed',
      'containerDefinitions[web].environment[C] added',
      'containerDefinitions[web].portMappings removed',
      'containerDefinitions[web].secrets[S] removed',
      'cpu changed',
      'memory changed',
    ]);
    expect([...changedContainers(differences)].sort()).toEqual(['other0', 'proxy', 'web']);
    expect(JSON.stringify(differences)).not.toMatch(/canary|\d{3}/);
  });
});

import { mergePatch, type JsonObject } from '../src/index.js';
import { EC2, FARGATE, withContainer } from './samples.js';

const web = (members: object, ...others: object[]): JsonObject => withContainer(EC2, members, ...others);
const onFargate = (members: object, ...others: object[]): JsonObject => withContainer(FARGATE, members, ...others);
const port = (members: object): object => ({ portMappings: [{ containerPort: 80, ...members }] });
const awsvpc = { networkMode: 'awsvpc' };
const C0 = 'containerDefinitions[0]';
const C1 = 'containerDefinitions[1]';

/** By rule: a definition that breaks it, and where. */
export type Breaking = readonly (readonly [code: string, place: string, definition: JsonObject])[];

/** What is wrong with the task, its shape, its ports and what Fargate asks for. */
export const BREAKING_TASKS: Breaking = [
  ['unknown-field', 'memmory', { ...EC2, memmory: '512' }],
  ['unknown-field', `${C0}.Cpu`, web({ Cpu: 1 })],
  ['unknown-value', 'networkMode', { ...EC2, networkMode: 'vpc' }],
  ['unknown-value', 'requiresCompatibilities[0]', { ...EC2, requiresCompatibilities: ['Fargate'] }],
  ['wrong-type', 'cpu', { ...EC2, cpu: 256 }],
  ['wrong-type', `${C0}.portMappings[0].containerPort`, web(port({ containerPort: '80' }))],
  ['wrong-type', `${C0}.essential`, web({ essential: 'true' })],
  ['wrong-type', `${C0}.command`, web({ command: 'npm start' })],
  ['wrong-type', `${C0}.dockerLabels`, web({ dockerLabels: ['a'] })],
  ['wrong-type', C1, { ...EC2, containerDefinitions: [(EC2['containerDefinitions'] as object[])[0], 'sidecar'] }],
  ['missing-field', '', { containerDefinitions: EC2['containerDefinitions'] }],
  ['missing-field', `${C0}.secrets[0]`, web({ secrets: [{ name: 'A' }] })],
  [
    'one-of',
    `${C0}.resourceRequirements[0].sharingStrategy`,
    web({ resourceRequirements: [{ type: 'GPU', sharingStrategy: {} }] }),
  ],
  ['family-name', 'family', { ...EC2, family: 'my web' }],
  ['size-limit', '', web({ environment: [{ name: 'A', value: 'x'.repeat(65_536) }] })],
  ['no-container', 'containerDefinitions', { ...EC2, containerDefinitions: [] }],
  ['no-essential-container', 'containerDefinitions', web({ essential: false })],
  ['task-cpu', 'cpu', { ...EC2, cpu: '64' }],
  ['task-cpu', 'cpu', { ...EC2, cpu: '0.5' }],
  ['task-memory', 'memory', { ...EC2, memory: '1 TB' }],
  ['role-form', 'taskRoleArn', { ...EC2, taskRoleArn: 'arn:aws:iam::1:role/x' }],
  ['tags', 'tags[1].key', { ...EC2, tags: [{ key: 'a' }, { key: 'a' }] }],
  ['tags', 'tags[0].key', { ...EC2, tags: [{ key: 'aws:a' }] }],
  ['tags', 'tags', { ...EC2, tags: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}` })) }],
  ['placement-constraints', 'placementConstraints[0]', { ...EC2, placementConstraints: [{ type: 'memberOf' }] }],
  ['proxy-container', 'proxyConfiguration.containerName', { ...EC2, proxyConfiguration: { containerName: 'envoy' } }],
  ['fargate-size-missing', 'memory', mergePatch(FARGATE, { memory: null }) as JsonObject],
  ['fargate-size', 'memory', { ...FARGATE, memory: '4096' }],
  ['fargate-size', 'memory', { ...FARGATE, cpu: '8192', memory: '18432' }],
  ['fargate-size', 'cpu', { ...FARGATE, cpu: '300' }],
  ['fargate-network-mode', 'networkMode', { ...FARGATE, networkMode: 'bridge' }],
  ['fargate-log-driver', `${C0}.logConfiguration.logDriver`, onFargate({ logConfiguration: { logDriver: 'gelf' } })],
  ['fargate-field', `${C0}.privileged`, onFargate({ privileged: true })],
  [
    'fargate-field',
    `${C0}.linuxParameters.devices`,
    onFargate({ linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }),
  ],
  ['fargate-field', `${C0}.resourceRequirements`, onFargate({ resourceRequirements: [{ type: 'GPU', value: '1' }] })],
  ['fargate-field', 'placementConstraints', { ...FARGATE, placementConstraints: [{ expression: 'x' }] }],
  [
    'fargate-volume',
    'volumes[0].host.sourcePath',
    { ...FARGATE, volumes: [{ name: 'v', host: { sourcePath: '/x' } }] },
  ],
  [
    'fargate-volume',
    'volumes[0].dockerVolumeConfiguration',
    { ...FARGATE, volumes: [{ name: 'v', dockerVolumeConfiguration: {} }] },
  ],
  ['fargate-namespaces', 'pidMode', { ...FARGATE, pidMode: 'host' }],
  ['fargate-namespaces', 'ipcMode', { ...FARGATE, ipcMode: 'task' }],
  ['fargate-timeout', `${C0}.stopTimeout`, onFargate({ stopTimeout: 121 })],
  ['fargate-timeout', `${C0}.startTimeout`, onFargate({ startTimeout: 1 })],
  ['fargate-ulimit', `${C0}.ulimits[0].name`, onFargate({ ulimits: [{ name: 'nproc', softLimit: 1, hardLimit: 1 }] })],
  [
    'fargate-firelens-file',
    `${C0}.firelensConfiguration.options.config-file-type`,
    onFargate({ firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 's3' } } }),
  ],
  ['ephemeral-storage', 'ephemeralStorage.sizeInGiB', { ...FARGATE, ephemeralStorage: { sizeInGiB: 20 } }],
  ['port-range', `${C0}.portMappings[0].containerPort`, web(port({ containerPort: 70_000 }))],
  ['port-range', `${C0}.portMappings[0].hostPort`, web(port({ hostPort: -1 }))],
  ['port-missing', `${C0}.portMappings[0]`, web({ portMappings: [{ hostPort: 80 }] })],
  [
    'port-range-form',
    `${C0}.portMappings[0].containerPortRange`,
    web({ portMappings: [{ containerPortRange: '90-80' }] }),
  ],
  [
    'port-range-form',
    `${C0}.portMappings[0].hostPort`,
    web({ portMappings: [{ containerPortRange: '80-90', hostPort: 80 }] }),
  ],
  ['host-port-differs', `${C0}.portMappings[0].hostPort`, { ...web(port({ hostPort: 8080 })), ...awsvpc }],
  ['container-port-twice', `${C1}.portMappings[0].containerPort`, { ...web(port({}), port({})), ...awsvpc }],
  [
    'host-port-twice',
    `${C1}.portMappings[0].hostPort`,
    web(port({ hostPort: 80 }), port({ containerPort: 81, hostPort: 80 })),
  ],
  ['port-name', `${C0}.portMappings[0].name`, web(port({ name: '-http' }))],
  ['port-name', `${C1}.portMappings[0].name`, web(port({ name: 'http' }), port({ name: 'http' }))],
  ['ports-without-network', `${C0}.portMappings`, { ...web(port({})), networkMode: 'none' }],
  ['links-mode', `${C0}.links`, { ...web({ links: ['other0'] }, {}), ...awsvpc }],
  ['links-unknown', `${C0}.links[0]`, web({ links: ['db:database'] })],
  ['awsvpc-field', `${C0}.hostname`, { ...web({ hostname: 'web' }), ...awsvpc }],
];

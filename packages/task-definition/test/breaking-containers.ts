import { mergePatch, type JsonObject } from '../src/index.js';
import type { Breaking } from './breaking-tasks.js';
import { EC2, FARGATE, withContainer } from './samples.js';

const web = (members: object, ...others: object[]): JsonObject => withContainer(EC2, members, ...others);
const onFargate = (members: object, ...others: object[]): JsonObject => withContainer(FARGATE, members, ...others);
const windows = { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } };
const C0 = 'containerDefinitions[0]';
const C1 = 'containerDefinitions[1]';
const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:web-AbCdEf';
const secret = { name: 'TOKEN', valueFrom: SECRET };
const withoutRole = mergePatch(FARGATE, { executionRoleArn: null }) as JsonObject;

/** What is wrong with containers, their variables, their volumes and their logs. */
export const BREAKING_CONTAINERS: Breaking = [
  ['container-name', C0, { ...EC2, containerDefinitions: [{ image: 'x@sha256:', memory: 8 }] }],
  ['container-name', `${C0}.name`, web({ name: 'my web' })],
  ['container-name-twice', `${C1}.name`, web({}, { name: 'web' })],
  ['image-form', `${C0}.image`, web({ image: 'Registry/Web:1' })],
  ['image-form', C0, { ...EC2, containerDefinitions: [{ name: 'web', memory: 8 }] }],
  ['mutable-tag', `${C0}.image`, web({ image: 'nginx:1.27' })],
  ['container-memory-missing', C1, web({}, { memory: undefined })],
  ['container-memory-least', `${C0}.memory`, web({ memory: 4 })],
  ['memory-reservation', `${C0}.memoryReservation`, web({ memoryReservation: 256 })],
  ['container-memory-sum', 'memory', { ...web({}, {}), memory: '200' }],
  ['container-memory-sum', `${C0}.memory`, { ...web({ memory: 256, memoryReservation: 6 }), memory: '200' }],
  ['container-cpu-sum', 'cpu', onFargate({ cpu: 200 }, { cpu: 100 })],
  [
    'health-check-command',
    `${C0}.healthCheck.command`,
    web({ healthCheck: { command: ['curl -f http://localhost'] } }),
  ],
  ['health-check-command', `${C0}.healthCheck.command`, web({ healthCheck: { command: ['CMD-SHELL', 'curl', '-f'] } })],
  ['health-check-range', `${C0}.healthCheck.interval`, web({ healthCheck: { command: ['NONE'], interval: 1 } })],
  [
    'restart-policy',
    `${C0}.restartPolicy.restartAttemptPeriod`,
    web({ restartPolicy: { enabled: true, restartAttemptPeriod: 30 } }),
  ],
  ['stop-timeout', `${C0}.stopTimeout`, web({ stopTimeout: -1 })],
  ['ulimit', `${C0}.ulimits[0].softLimit`, web({ ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }] })],
  ['linux-memory', `${C0}.linuxParameters.swappiness`, web({ linuxParameters: { swappiness: 60 } })],
  [
    'linux-memory',
    `${C0}.linuxParameters.tmpfs[0].containerPath`,
    web({ linuxParameters: { tmpfs: [{ containerPath: 'tmp', size: 1 }] } }),
  ],
  ['gpu', `${C0}.resourceRequirements[0].value`, web({ resourceRequirements: [{ type: 'GPU', value: 'one' }] })],
  ['gpu', `${C0}.resourceRequirements[0]`, web({ resourceRequirements: [{ type: 'GPU' }] })],
  [
    'accelerator-unknown',
    `${C0}.resourceRequirements[0].value`,
    web({ resourceRequirements: [{ type: 'InferenceAccelerator', value: 'd' }] }),
  ],
  ['environment-name', `${C0}.environment[0]`, web({ environment: [{ name: 'A=B', value: '' }] })],
  ['environment-twice', `${C0}.environment[1].name`, web({ environment: [{ name: 'A' }, { name: 'A' }] })],
  ['secret-twice', `${C0}.secrets[1].name`, onFargate({ secrets: [secret, secret] })],
  [
    'secret-is-variable',
    `${C0}.secrets[0].name`,
    onFargate({ secrets: [secret], environment: [{ name: 'TOKEN', value: '' }] }),
  ],
  [
    'secret-source',
    `${C0}.secrets[0].valueFrom`,
    onFargate({ secrets: [{ ...secret, valueFrom: `${SECRET}:password` }] }),
  ],
  ['secret-source', `${C0}.secrets[0].valueFrom`, onFargate({ secrets: [{ ...secret, valueFrom: 'arn:aws:s3:::x' }] })],
  [
    'credentials-source',
    `${C0}.repositoryCredentials.credentialsParameter`,
    onFargate({ repositoryCredentials: { credentialsParameter: 'arn:aws:ssm:x' } }),
  ],
  ['execution-role-missing', `${C0}.secrets`, web({ secrets: [secret] })],
  [
    'execution-role-missing',
    `${C0}.logConfiguration`,
    withContainer(withoutRole, { logConfiguration: { logDriver: 'awslogs' } }),
  ],
  [
    'execution-role-missing',
    `${C0}.image`,
    withContainer(withoutRole, { image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:1' }),
  ],
  [
    'task-role-missing',
    'volumes[0].efsVolumeConfiguration',
    {
      ...EC2,
      volumes: [
        {
          name: 'v',
          efsVolumeConfiguration: {
            fileSystemId: 'fs-1',
            transitEncryption: 'ENABLED',
            authorizationConfig: { iam: 'ENABLED' },
          },
        },
      ],
    },
  ],
  [
    'environment-file',
    `${C0}.environmentFiles[0].value`,
    onFargate({ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/web.txt' }] }),
  ],
  [
    'depends-on-unknown',
    `${C0}.dependsOn[0].containerName`,
    web({ dependsOn: [{ containerName: 'db', condition: 'START' }] }),
  ],
  [
    'depends-on-cycle',
    `${C0}.dependsOn`,
    web(
      { dependsOn: [{ containerName: 'other0', condition: 'START' }] },
      { dependsOn: [{ containerName: 'web', condition: 'START' }] },
    ),
  ],
  [
    'depends-on-healthy',
    `${C0}.dependsOn[0]`,
    web({ dependsOn: [{ containerName: 'other0', condition: 'HEALTHY' }] }, {}),
  ],
  ['depends-on-end', `${C0}.dependsOn[0]`, web({ dependsOn: [{ containerName: 'other0', condition: 'SUCCESS' }] }, {})],
  ['volumes-from-unknown', `${C0}.volumesFrom[0]`, web({ volumesFrom: [{ sourceContainer: 'data' }] })],
  ['volume-name', 'volumes[0]', { ...EC2, volumes: [{}] }],
  ['volume-name', 'volumes[1].name', { ...EC2, volumes: [{ name: 'v' }, { name: 'v' }] }],
  [
    'volume-kind',
    'volumes[0]',
    { ...EC2, volumes: [{ name: 'v', host: { sourcePath: '/x' }, dockerVolumeConfiguration: {} }] },
  ],
  [
    'volume-at-launch-once',
    'volumes[1].configuredAtLaunch',
    {
      ...EC2,
      volumes: [
        { name: 'a', configuredAtLaunch: true },
        { name: 'b', configuredAtLaunch: true },
      ],
    },
  ],
  [
    'mount-unknown-volume',
    `${C0}.mountPoints[0].sourceVolume`,
    web({ mountPoints: [{ sourceVolume: 'v', containerPath: '/x' }] }),
  ],
  [
    'mount-path-twice',
    `${C0}.mountPoints[1].containerPath`,
    {
      ...web({ mountPoints: ['a', 'b'].map((sourceVolume) => ({ sourceVolume, containerPath: '/x' })) }),
      volumes: [{ name: 'a' }, { name: 'b' }],
    },
  ],
  [
    'efs-encryption',
    'volumes[0].efsVolumeConfiguration',
    {
      ...EC2,
      volumes: [
        {
          name: 'v',
          efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { accessPointId: 'fsap-1' } },
        },
      ],
    },
  ],
  [
    'efs-root',
    'volumes[0].efsVolumeConfiguration.rootDirectory',
    {
      ...EC2,
      volumes: [
        {
          name: 'v',
          efsVolumeConfiguration: {
            fileSystemId: 'fs-1',
            rootDirectory: '/x',
            transitEncryption: 'ENABLED',
            authorizationConfig: { accessPointId: 'fsap-1' },
          },
        },
      ],
    },
  ],
  [
    'docker-volume',
    'volumes[0].dockerVolumeConfiguration.autoprovision',
    { ...EC2, volumes: [{ name: 'v', dockerVolumeConfiguration: { scope: 'task', autoprovision: true } }] },
  ],
  [
    'fsx-windows',
    'volumes[0]',
    {
      ...FARGATE,
      volumes: [
        {
          name: 'v',
          fsxWindowsFileServerVolumeConfiguration: {
            fileSystemId: 'fs-1',
            rootDirectory: 'x',
            authorizationConfig: { credentialsParameter: 'x', domain: 'x' },
          },
        },
      ],
    },
  ],
  ['windows-field', `${C0}.user`, { ...web({ user: 'app' }), ...windows }],
  ['windows-task', 'cpu', { ...FARGATE, ...windows }],
  ['windows-task', 'pidMode', { ...EC2, ...windows, pidMode: 'task' }],
  ['linux-credential-specs', `${C0}.credentialSpecs[0]`, web({ credentialSpecs: ['arn:aws:s3:::bucket/spec.json'] })],
  [
    'awslogs-options',
    `${C0}.logConfiguration`,
    web({ logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/web' } } }),
  ],
  ['firelens-router', `${C0}.logConfiguration`, web({ logConfiguration: { logDriver: 'awsfirelens' } })],
  [
    'firelens-router',
    `${C1}.firelensConfiguration`,
    web({ firelensConfiguration: { type: 'fluentbit' } }, { firelensConfiguration: { type: 'fluentbit' } }),
  ],
  [
    'firelens-own-logs',
    `${C0}.logConfiguration.logDriver`,
    web({ firelensConfiguration: { type: 'fluentbit' }, logConfiguration: { logDriver: 'awsfirelens' } }),
  ],
  [
    'system-control',
    `${C0}.systemControls[0].namespace`,
    web({ systemControls: [{ namespace: 'vm.swappiness', value: '1' }] }),
  ],
  [
    'system-control',
    `${C0}.systemControls[0].namespace`,
    { ...web({ systemControls: [{ namespace: 'net.core.somaxconn', value: '1' }] }), networkMode: 'host' },
  ],
];

import type { Path } from '../../json.js';
import { api, forContainers, guide, repeated, runsOnFargate, runsOnWindows, type Broken, type Rule } from '../rule.js';
import type { EfsVolume, Volume } from '../task.js';

const KINDS = [
  'host',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
] as const;

function forVolumes(check: (volume: Volume, path: Path) => Iterable<Broken>): Rule['check'] {
  return ({ volumes = [] }) => volumes.flatMap((volume, index) => [...check(volume, ['volumes', index])]);
}

/** VOLUME_RULES are about volumes and where they are mounted. */
export const VOLUME_RULES: readonly Rule[] = [
  {
    code: 'volume-name',
    severity: 'error',
    says: 'A volume has a name of 1 to 255 letters, digits, hyphens and underscores, which no other has.',
    link: api('Volume'),
    *check({ volumes = [] }) {
      for (const [index, { name = '' }] of volumes.entries()) {
        if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
          yield { path: ['volumes', index], message: "a volume needs a 'name' of letters, digits, '-' and '_'" };
      }
      for (const index of repeated(volumes.map(({ name }) => name))) {
        yield { path: ['volumes', index, 'name'], message: 'another volume is called so' };
      }
    },
  },
  {
    code: 'volume-kind',
    severity: 'error',
    says: 'A volume is of one kind.',
    link: api('Volume'),
    check: forVolumes(function* (volume, path) {
      const given = [
        ...KINDS.filter((kind) => volume[kind] !== undefined),
        ...(volume.configuredAtLaunch ? ['configuredAtLaunch'] : []),
      ];
      // ECS tells an empty host with every volume that is of no other kind, and a file made of its answer has it.
      const kinds = given.filter(
        (kind) => kind !== 'host' || volume.host?.sourcePath !== undefined || given.length === 1,
      );
      if (kinds.length > 1) yield { path, message: `it is of several kinds: ${kinds.join(', ')}` };
    }),
  },
  {
    code: 'volume-at-launch-once',
    severity: 'error',
    says: 'One volume of a task at most is configured at launch.',
    link: api('Volume'),
    *check({ volumes = [] }) {
      const atLaunch = volumes.flatMap(({ configuredAtLaunch }, index) => (configuredAtLaunch ? [index] : []));
      for (const index of atLaunch.slice(1))
        yield {
          path: ['volumes', index, 'configuredAtLaunch'],
          message: 'another volume is configured at launch already',
        };
    },
  },
  {
    code: 'mount-unknown-volume',
    severity: 'error',
    says: 'A mount point names a volume of the task, and an absolute path of the container.',
    link: api('MountPoint'),
    check: forContainers(function* ({ mountPoints = [] }, path, task) {
      for (const [index, { sourceVolume, containerPath }] of mountPoints.entries()) {
        const place = [...path, 'mountPoints', index];
        if (!(task.volumes ?? []).some(({ name }) => name === sourceVolume))
          yield { path: [...place, 'sourceVolume'], message: 'no volume of the task is called so' };
        if (!containerPath) yield { path: place, message: "it needs a 'containerPath'" };
        else if (!runsOnWindows(task) && !containerPath.startsWith('/'))
          yield { path: [...place, 'containerPath'], message: 'expected an absolute path' };
      }
    }),
  },
  {
    code: 'mount-path-twice',
    severity: 'error',
    says: 'No two volumes are mounted at one path of a container.',
    link: api('MountPoint'),
    check: forContainers(function* ({ mountPoints = [] }, path) {
      for (const index of repeated(mountPoints.map(({ containerPath }) => containerPath))) {
        yield { path: [...path, 'mountPoints', index, 'containerPath'], message: 'another volume is mounted here' };
      }
    }),
  },
  {
    code: 'efs-encryption',
    severity: 'error',
    says: 'EFS with IAM or an access point needs transitEncryption ENABLED.',
    link: api('EFSVolumeConfiguration'),
    check: forVolumes(function* ({ efsVolumeConfiguration: efs }, path) {
      if (!efs || efs.transitEncryption === 'ENABLED') return;
      const place = [...path, 'efsVolumeConfiguration'];
      if (efs.authorizationConfig?.iam === 'ENABLED' || efs.authorizationConfig?.accessPointId !== undefined) {
        yield { path: place, message: 'IAM and access points need \'transitEncryption\': "ENABLED"' };
      } else if (efs.transitEncryptionPort !== undefined) {
        yield { path: [...place, 'transitEncryptionPort'], message: 'it needs \'transitEncryption\': "ENABLED"' };
      }
    }),
  },
  {
    code: 'efs-root',
    severity: 'error',
    says: 'With an access point of EFS the root directory is absent, or /.',
    link: api('EFSVolumeConfiguration'),
    check: forVolumes(function* ({ efsVolumeConfiguration: efs }, path) {
      if (hasOtherRoot(efs))
        yield {
          path: [...path, 'efsVolumeConfiguration', 'rootDirectory'],
          message: 'the access point has its own: leave it out',
        };
    }),
  },
  {
    code: 'docker-volume',
    severity: 'error',
    says: 'autoprovision is for shared Docker volumes.',
    link: api('DockerVolumeConfiguration'),
    check: forVolumes(function* ({ dockerVolumeConfiguration: docker }, path) {
      if (docker?.autoprovision !== undefined && docker.scope !== 'shared') {
        yield {
          path: [...path, 'dockerVolumeConfiguration', 'autoprovision'],
          message: 'it needs \'scope\': "shared"',
        };
      }
    }),
  },
  {
    code: 'fsx-windows',
    severity: 'error',
    says: 'FSx for Windows File Server is for Windows containers on EC2.',
    link: guide('wfsx-volumes'),
    *check(task) {
      for (const [index, { fsxWindowsFileServerVolumeConfiguration: fsx }] of (task.volumes ?? []).entries()) {
        if (fsx && runsOnFargate(task)) yield { path: ['volumes', index], message: 'Fargate does not mount it' };
      }
    },
  },
];

function hasOtherRoot(efs: EfsVolume | undefined): boolean {
  return efs?.authorizationConfig?.accessPointId !== undefined && ![undefined, '/'].includes(efs.rootDirectory);
}

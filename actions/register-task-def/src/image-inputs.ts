import { defineInputs } from '@slipway/runtime';

/** imageInputs name the images that the containers run. */
export const imageInputs = defineInputs({
  container: {
    type: 'list',
    description:
      "The container, or several, that 'repository' and 'digest', 'environment', 'command' and the like are for. Not needed when the task definition has one.",
    example: 'web',
  },
  images: {
    type: 'map',
    description:
      'Images by container, `container=image` lines: `registry/repository@sha256:…`, or `repository@sha256:…` for a repository of this account. A tag alone is refused: it can move.',
    example: 'web=shop/web@sha256:…',
  },
  repository: {
    type: 'string',
    handedOver: [{ action: 'push-ecr', output: 'repository' }],
    pattern: /[a-z0-9]+(?:[._/-][a-z0-9]+)*/,
    expects: 'the name of an ECR repository, without a registry, tag or digest',
    description:
      "The ECR repository that holds the image, by name. Goes with 'digest', or with 'source-service', whose digest was copied into it.",
    example: 'shop/web',
  },
  digest: {
    type: 'string',
    handedOver: [
      { action: 'push-ecr', output: 'digest' },
      { action: 'register-task-def', output: 'digest' },
    ],
    pattern: /sha256:[0-9a-f]{64}/,
    expects: 'sha256: and 64 hexadecimal digits',
    description: "The image's manifest digest, as push-ecr tells it. A moving tag is never registered.",
    example: '${{ steps.push.outputs.digest }}',
  },
  'source-cluster': {
    type: 'string',
    description: "Promotion: the cluster of the service whose running image is taken, instead of 'digest'.",
    example: 'staging',
  },
  'source-service': {
    type: 'string',
    description:
      "Promotion: the service whose running tasks tell the image. The digest is what the tasks' engines pulled; all of them have to agree.",
    example: 'web',
  },
  'source-role': {
    type: 'list',
    description:
      "The role that reads 'source-service', in another account for example. Assumed with the session of 'role-to-assume' where that is given; both are held in memory at the same time.",
    example: 'arn:aws:iam::123456789012:role/read',
  },
  'source-region': {
    type: 'string',
    description: "The region of 'source-service'. That of 'aws-region' when not set.",
    example: 'eu-central-1',
  },
  'source-evidence': {
    type: 'boolean',
    default: false,
    description:
      "Promotion: refuse what did not prove itself at the source: its running revision was brought there by a service deployment that succeeded, at least 'source-baked-minutes' ago, none is in flight, and no running task is of another revision or unhealthy.",
  },
  'source-baked-minutes': {
    type: 'integer',
    min: 0,
    max: 43_200,
    default: 0,
    description: "With 'source-evidence': how long ago the deployment at the source must have succeeded.",
    example: '30',
  },
});

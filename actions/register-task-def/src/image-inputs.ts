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
});

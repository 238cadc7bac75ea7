import { AWS_INPUTS, defineAction, defineInputs, type ActionContext } from '@slipway/runtime';

const inputs = defineInputs({
  'oci-layout': {
    type: 'path',
    required: true,
    description: 'The folder with the OCI image layout that build-image wrote.',
    example: '${{ steps.build.outputs.oci-layout }}',
  },
  digest: {
    type: 'string',
    required: true,
    pattern: /sha256:[0-9a-f]{64}/,
    expects: 'sha256: and 64 hexadecimal digits',
    description: "The manifest digest that was tested. Nothing is pushed when the layout's image is another.",
    example: '${{ steps.test.outputs.tested-digest }}',
  },
  repository: {
    type: 'string',
    required: true,
    pattern: /[a-z0-9]+(?:[._/-][a-z0-9]+)*/,
    expects: 'the name of an ECR repository, without a registry, tag or digest',
    description: 'The ECR repository to push to, by name. It has to exist.',
    example: 'shop/web',
  },
  tag: {
    type: 'string',
    required: true,
    pattern: /[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}/,
    expects: "a tag: letters, digits, '_', '.', '-', at most 128 of them, no '.' or '-' first",
    description: 'The tag that names the image in the repository.',
    example: '1.4.2',
  },
  'move-tag': {
    type: 'boolean',
    default: false,
    description: 'Whether the tag may be taken from another image. Only a repository with mutable tags allows it.',
  },
  ...AWS_INPUTS,
  'dry-run': {
    type: 'boolean',
    default: false,
    description: 'Check everything, say what would be pushed, and push nothing.',
  },
});

/** definition is what the action takes, gives and needs. */
export const definition = defineAction({
  name: 'push-ecr',
  title: 'Slipway: push an image to Amazon ECR',
  description: 'Pushes the very bytes that were tested to Amazon ECR, and reads the digest back from there.',
  icon: 'upload-cloud',
  inputs,
  outputs: {
    repository: { description: 'The repository by name, which holds no account id.', example: 'shop/web' },
    tag: { description: 'The tag.', example: '1.4.2' },
    digest: {
      description: 'The digest behind the tag as read back from the registry. Not set when nothing is there.',
      example: 'sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b',
    },
    pushed: {
      description: "'true' when this step pushed, 'false' when the tag named the same image before, or on a dry run.",
      example: 'true',
    },
  },
  hasPost: false,
  permissions: [
    {
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
      reason: 'the credentials of the registry; the operation knows no narrower resource',
    },
    {
      actions: ['ecr:DescribeRepositories', 'ecr:BatchGetImage'],
      resources: ['<REPOSITORY_ARN>'],
      reason: 'to find the repository, see what the tag names, and read the manifest back',
    },
    {
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:InitiateLayerUpload',
        'ecr:UploadLayerPart',
        'ecr:CompleteLayerUpload',
        'ecr:PutImage',
      ],
      resources: ['<REPOSITORY_ARN>'],
      reason: 'the push; not needed on a dry run',
    },
  ],
});

/** PushContext is what the action's run gets. */
export type PushContext = ActionContext<typeof definition.inputs, typeof definition.outputs>;

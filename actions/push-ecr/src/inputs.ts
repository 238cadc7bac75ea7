import { AWS_REGION_NAME } from '@slipway/core';
import { ARN, AWS_INPUTS, REPORT_INPUTS, defineAction, defineInputs, type ActionContext } from '@slipway/runtime';
import { SEVERITIES } from './scan-verdict.js';

const inputs = defineInputs({
  'oci-layout': {
    type: 'path',
    description:
      "The folder with the OCI image layout that build-image wrote. It, 'image' or 'source' is given. Signatures and attestations in it come along.",
    example: '${{ steps.build.outputs.oci-layout }}',
  },
  image: {
    type: 'string',
    pattern: /[A-Za-z0-9][\w.:/@-]*/,
    expects: 'the name or the id of an image in the local engine',
    description:
      "An image of the local Docker engine, in place of 'oci-layout', by its name or its id. The engine makes its manifest when it hands it over; one with the containerd image store has it already.",
    example: 'web:ci',
  },
  source: {
    type: 'string',
    handedOver: [
      { action: 'push-ecr', output: 'image-uri' },
      { action: 'register-task-def', output: 'source-image' },
    ],
    description:
      "The image to promote, in place of 'oci-layout': `repository@sha256:…` in ECR, or with the registry before it. A tag is refused: it may move. All platforms, signatures and attestations come along.",
    example: 'shop/web@sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b',
  },
  digest: {
    type: 'string',
    handedOver: [
      { action: 'integration-test', output: 'tested-digest' },
      { action: 'push-ecr', output: 'digest' },
      { action: 'register-task-def', output: 'digest' },
    ],
    pattern: /sha256:[0-9a-f]{64}/,
    expects: 'sha256: and 64 hexadecimal digits',
    description:
      "The manifest digest that was tested. Required with 'oci-layout', and with 'image' unless that is an id; nothing is pushed when the image is another one. With 'image' it may be the image's id.",
    example: '${{ steps.test.outputs.tested-digest }}',
  },
  repository: {
    type: 'string',
    required: true,
    pattern: /[a-z0-9]+(?:[._/-][a-z0-9]+)*/,
    expects: 'the name of an ECR repository, without a registry, tag or digest',
    description: "The ECR repository to push to, by name. It has to exist, unless 'create-repository' is set.",
    example: 'shop/web',
  },
  tag: {
    type: 'string',
    required: true,
    handedOver: [
      { action: 'build-image', output: 'version' },
      { action: 'push-ecr', output: 'tag' },
      { action: 'register-task-def', output: 'source-version' },
    ],
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
  'tag-taken': {
    type: 'enum',
    values: ['fail', 'add-digest'],
    default: 'fail',
    description:
      "What happens when the tag names another image and may not be moved. 'fail': nothing is pushed. 'add-digest': the tag stays, and the image is pushed as TAG-DIGEST (the digest's first 8 digits), the output 'tag'. So a run can be repeated whose build is not the same to the byte.",
  },
  'also-push-to-ecr': {
    type: 'list',
    begins: AWS_REGION_NAME,
    description:
      "More places to push the same image to, at the same time, under the same repository and tag: a region, or a region and the ARN of a role in another account. Each role is assumed after 'role-to-assume'.",
    example: 'eu-west-1 arn:aws:iam::210987654321:role/push',
  },
  'also-push-to': {
    type: 'list',
    description:
      "Repositories of other registries to push the same digest to: `registry.example.com/org/app`, with a tag of its own or under 'tag'. Credentials are those of the user's Docker configuration, which is only read.",
    example: 'registry.example.com/org/app',
  },
  ...REPORT_INPUTS,
  ...AWS_INPUTS,
  'target-role': {
    type: 'list',
    begins: ARN,
    description:
      "The role that pushes, where it is another than the one that reads 'source'. Assumed after 'role-to-assume', or as that is when there is none.",
    example: 'arn:aws:iam::210987654321:role/push',
  },
  'source-role': {
    type: 'list',
    begins: ARN,
    description: "The role that reads 'source'. Assumed as 'target-role' is; both are held in memory at the same time.",
    example: 'arn:aws:iam::123456789012:role/pull',
  },
  'source-region': {
    type: 'string',
    description: "The region of 'source'. That of its registry, or 'aws-region', when not set.",
    example: 'eu-central-1',
  },
  'create-repository': {
    type: 'boolean',
    default: false,
    description:
      "Make the repository where it is missing. One that is there is left as it is; 'lifecycle-policy' is put where there is none.",
  },
  'immutable-tags': {
    type: 'boolean',
    default: true,
    description: "Whether a repository that 'create-repository' makes keeps its tags where they are.",
  },
  'scan-on-push': {
    type: 'boolean',
    default: true,
    description: "Whether a repository that 'create-repository' makes scans what is pushed.",
  },
  'kms-key': {
    type: 'string',
    description:
      "The ARN, id or alias of the KMS key for a repository that 'create-repository' makes. ECR's own encryption when not set.",
    example: 'alias/images',
  },
  'lifecycle-policy': {
    type: 'string',
    description:
      "The lifecycle policy of a repository that 'create-repository' makes, or finds without one: ECR's own form, as YAML or JSON. None when not set.",
  },
  'fail-on-severity': {
    type: 'enum',
    values: SEVERITIES,
    description:
      "Wait for ECR's scan (basic or enhanced) of every platform's image after the push, and fail when it found this severity or a worse one. It looks at the job's own place, not at those of 'also-push-to-ecr' and 'also-push-to'. No gate when not set.",
    example: 'high',
  },
  'scan-ignore': {
    type: 'path',
    description:
      'A YAML file of findings that do not fail: entries with `id`, `reason`, `expires` (a day) and, where only one is meant, `package`.',
    example: '.github/scan-ignore.yml',
  },
  'scan-unsupported': {
    type: 'enum',
    values: ['fail', 'warn'],
    default: 'fail',
    description:
      'What an image comes to that ECR has no scanner for, as one FROM scratch with basic scanning: the step fails, or warns and the gate does not look at it.',
  },
  'scan-timeout-minutes': {
    type: 'integer',
    min: 1,
    max: 120,
    default: 10,
    description: 'How long to wait for the scan.',
  },
  'timeout-minutes': {
    type: 'integer',
    min: 1,
    max: 360,
    default: 60,
    description:
      'How long the push may take. What fails for a moment (429, 5xx, a connection that is lost, or silent for a minute) is tried up to eight times.',
  },
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
    registry: {
      description: "The registry's host. It holds the account id: GitHub may blank it between jobs.",
      example: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    },
    'image-uri': {
      description:
        'The image by digest, for steps of the same job. It holds the account id: GitHub may blank it between jobs.',
      example:
        '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web@sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b',
    },
    tag: { description: 'The tag.', example: '1.4.2' },
    digest: {
      description: 'The digest behind the tag as read back from the registry. Not set when nothing is there.',
      example: 'sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b',
    },
    pushed: {
      description: "'true' when this step pushed, 'false' when the tag named the same image before, or on a dry run.",
      example: 'true',
    },
    'layers-pushed': { description: 'How many layers and configs were sent, to all places.', example: '2' },
    'layers-reused': {
      description: 'How many were there already, or were taken over from another repository.',
      example: '5',
    },
    'findings-critical': {
      description: 'How many critical findings nobody ignores. Not set without a gate.',
      example: '0',
    },
    'findings-high': { description: 'The like for high.', example: '0' },
    'findings-medium': { description: 'The like for medium.', example: '3' },
    'findings-low': { description: 'The like for low.', example: '7' },
    'findings-informational': { description: 'The like for informational.', example: '0' },
    'findings-other': {
      description: 'The like for those without a severity, or with one that is not known.',
      example: '0',
    },
    'findings-ignored': { description: 'How many findings the ignore list takes out.', example: '1' },
    'bytes-pushed': { description: 'The bytes of those that were sent.', example: '1048576' },
  },
  hasPost: true,
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
    {
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImageReferrers'],
      resources: ['<SOURCE_REPOSITORY_ARN>'],
      reason:
        "to read 'source'; for the role that reads it, and for the one that pushes where both are in one registry",
    },
    {
      actions: ['ecr:CreateRepository', 'ecr:GetLifecyclePolicy', 'ecr:PutLifecyclePolicy'],
      resources: ['<REPOSITORY_ARN>'],
      reason: "'create-repository'; the last two for its 'lifecycle-policy'",
    },
    {
      actions: ['ecr:DescribeImageScanFindings', 'ecr:StartImageScan'],
      resources: ['<REPOSITORY_ARN>'],
      reason: "'fail-on-severity'; with enhanced scanning inspector2:ListCoverage and inspector2:ListFindings too",
    },
    {
      actions: ['sts:AssumeRole'],
      resources: ['<ROLE_ARN>'],
      reason: "'target-role', 'source-role' and the roles of 'also-push-to-ecr'",
    },
  ],
});

/** PushContext is what the action's run gets. */
export type PushContext = ActionContext<typeof definition.inputs, typeof definition.outputs>;

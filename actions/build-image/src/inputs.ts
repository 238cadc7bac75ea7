import { AWS_INPUTS, defineAction, defineInputs, type ActionContext } from '@slipway/runtime';

/** A name that no program can take for an option: it starts with a letter or a digit. */
const NAME = /[A-Za-z0-9][A-Za-z0-9_.-]{0,127}/;

const inputs = defineInputs({
  context: {
    type: 'path',
    default: '.',
    description: 'The folder whose files the Dockerfile may use.',
    example: 'services/web',
  },
  file: {
    type: 'path',
    description: "The Dockerfile. Without it, the file 'Dockerfile' in the context.",
    example: 'services/web/Dockerfile',
  },
  target: {
    type: 'string',
    pattern: NAME,
    expects: "the name of a stage: letters, digits, '.', '_', '-', a letter or a digit first",
    description: 'The stage to build. Without it, the last one.',
    example: 'final',
  },
  'build-args': {
    type: 'map',
    description:
      'Values for the ARGs of the Dockerfile, as key=value lines. They stay readable in the image: never give a secret here.',
    example: 'VERSION=1.4.2',
  },
  'build-contexts': {
    type: 'map',
    description: 'Further contexts for the Dockerfile, as name=value lines: a folder, or what buildx takes beside one.',
    example: 'shared=../shared',
  },
  platforms: {
    type: 'list',
    description:
      "The platforms to build for. With several, the result is an index of an image for each. Without it, the builder's own.",
    example: 'linux/amd64, linux/arm64',
  },
  secrets: {
    type: 'map',
    secret: true,
    description:
      'Secrets that `RUN --mount=type=secret` may read, as id=value lines. They reach the builder by its environment: no argument, no layer and no log holds them.',
    example: 'npm=${{ secrets.NPM_TOKEN }}',
  },
  'secret-envs': {
    type: 'map',
    description: "Secrets from the job's environment, as id=NAME lines.",
    example: 'npm=NPM_TOKEN',
  },
  'secret-files': {
    type: 'map',
    description:
      'Secrets from files, as id=path lines; for what has several lines. Of texts up to 64 kB every line and value of 8 characters and more is hidden in the log.',
    example: 'npmrc=.npmrc',
  },
  ssh: {
    type: 'list',
    // One id may have several keys, as buildx takes them: id=path,path.
    begins: /default$|[^=/]+=/,
    description:
      'What `RUN --mount=type=ssh` may use: `default` for the agent of the job, or id=path of a key or socket.',
    example: 'default',
  },
  annotations: {
    type: 'map',
    description:
      "Annotations for the manifest, as key=value lines. The engine's own builder cannot write them (see above).",
    example: 'org.opencontainers.image.licenses=MIT',
  },
  'unit-test-target': {
    type: 'string',
    pattern: NAME,
    expects: "the name of a stage: letters, digits, '.', '_', '-', a letter or a digit first",
    description:
      'A stage that is built first and thrown away: the unit tests. When it fails, no image is built, and its output is shown.',
    example: 'unit-test',
  },
  reproducible: {
    type: 'boolean',
    default: false,
    description:
      "Whether the same commit gives the same digest on another day: every time in the image is the commit's (SOURCE_DATE_EPOCH). With `provenance` or `sbom` only the images within the index stay the same: attestations tell when they were made. The engine's own builder cannot do it (see above).",
  },
  provenance: {
    type: 'enum',
    values: ['off', 'min', 'max'],
    default: 'off',
    description:
      'Whether to attest how the image was built. It turns the image into an index with a second manifest, so that registries list more than one; `max` holds build arguments.',
  },
  sbom: {
    type: 'boolean',
    default: false,
    description:
      'Whether to attest what is in the image. It turns the image into an index, too, and the builder fetches its scanner.',
  },
  cache: {
    type: 'enum',
    values: ['auto', 'gha', 'registry', 'local', 'none'],
    default: 'auto',
    description:
      "Where layers are kept between jobs: GitHub's cache, a registry (`cache-to`), a folder (`cache-to`). `auto` is GitHub's cache where the runner offers it, else none, which a line in the log says. Never needed: an outage costs time and a warning, not the build.",
  },
  'cache-to': {
    type: 'string',
    description:
      'With `cache: registry` an image reference, with `cache: local` a folder in the workspace. Of a reference in ECR, the step signs in by itself.',
    example: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web:cache',
  },
  'cache-minutes': {
    type: 'integer',
    min: 1,
    max: 60,
    default: 2,
    description:
      'How long the cache may take to be read, or one of its layers to be written, and what it may cost in vain altogether, before the build goes on without.',
  },
  'task-definition': {
    type: 'path',
    description:
      'The task definition (JSON) that will run the image: when the image lacks its `runtimePlatform` (on Fargate X86_64 where it says nothing), the step fails.',
    example: 'deploy/task-definition.json',
  },
  labels: {
    type: 'map',
    description:
      'Labels for the image, as key=value lines. They win over those that the action sets itself: org.opencontainers.image.revision, .source and .version.',
    example: 'org.opencontainers.image.licenses=MIT',
  },
  version: {
    type: 'string',
    // The grammar of a tag, because that is what a version becomes when the image is pushed.
    pattern: /[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}/,
    expects: "a version that can be a tag: letters, digits, '_', '.', '-', at most 128 of them",
    description:
      "The image's version, which becomes a label and an output, and can be the tag of the push. Without it, the first 12 digits of the commit, of the branch's head on a pull request.",
    example: '1.4.2',
  },
  tags: {
    type: 'list',
    description:
      'The tags that the output `tags` shall tell, in place of those that the event gives. A tag alone, without a repository.',
    example: '1.4.2, stable',
  },
  'load-as': {
    type: 'string',
    pattern: /[a-z0-9]+(?:(?:\.|__?|-+|\/)[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?/,
    expects: 'the name of an image, with or without a tag: small letters, digits, and one of . _ - / between them',
    description:
      "A name to keep the image under on the job's engine, for steps that run it by themselves. Without it, nothing stays there. Of several platforms, the engine takes its own.",
    example: 'shop/web:test',
  },
  'oci-layout': {
    type: 'path',
    description:
      'The folder that the OCI image layout is written to; it must not exist yet, or be empty. Without it, a folder of its own in RUNNER_TEMP.',
    example: 'build/image',
  },
  builder: {
    type: 'string',
    pattern: NAME,
    expects: "the name of a builder: letters, digits, '.', '_', '-', a letter or a digit first",
    description:
      'The buildx builder to use. Without it, the current one, or one that the action makes where that one will not do (see above).',
    example: 'builder-arm64',
  },
  'builder-image': {
    type: 'string',
    // What no program can take for an option, and no list of options can be ended by.
    pattern: /[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,254}/,
    expects: 'the name of an image, with its tag or digest',
    // The one place where its version stands.
    default: 'moby/buildkit:v0.32.2',
    description:
      "The image of BuildKit that the action makes a builder of where it makes one: a mirror's, for runners that do not reach Docker Hub.",
    example: 'mirror.example.com/moby/buildkit:v0.32.2',
  },
  'no-cache': { type: 'boolean', default: false, description: 'Whether to build every step again.' },
  pull: {
    type: 'boolean',
    default: false,
    description: 'Whether to ask the registry for newer base images even where one is on the machine.',
  },
  'skip-if-exists': {
    type: 'boolean',
    default: false,
    description:
      'Whether to take the image from `repository` instead of building it, when an image is there of the same context (after .dockerignore), Dockerfile, arguments, platforms and base images. A registry that does not answer costs a warning, and the image is built.',
  },
  repository: {
    type: 'string',
    pattern: /[a-z0-9]+(?:[._/-][a-z0-9]+)*/,
    expects: 'the name of an ECR repository, without a registry, tag or digest',
    description: 'Where `skip-if-exists` looks: the ECR repository that push-ecr pushes to, by name.',
    example: 'shop/web',
  },
  ...AWS_INPUTS,
});

/** definition is what the action takes, gives and needs. */
export const definition = defineAction({
  name: 'build-image',
  title: 'Slipway: build an image',
  description: 'Builds an image once and gives its manifest digest and its bytes, before anything is pushed.',
  icon: 'package',
  inputs,
  outputs: {
    digest: {
      description:
        "The digest of the image's manifest, of its index with several platforms or attestations: the same before and after every push.",
      example: 'sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b',
    },
    'image-id': {
      description:
        "The digest of the image's configuration, which Docker shows as IMAGE ID. No registry knows it. Not set with several platforms.",
      example: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    },
    image: {
      description: "The name that the image has on the job's engine: `load-as`. Not set without it.",
      example: 'shop/web:test',
    },
    platforms: { description: 'The platforms of the image, one per line.', example: 'linux/amd64' },
    tags: {
      description:
        "Tags that one would give it by hand, one per line, the version first: of the tag v1.4.2 `1.4.2`, `1.4`, `1`; of a branch the commit and the branch's name; of a pull request the head's commit and `pr-12`; of a schedule the commit and `nightly`.",
      example: '1.4.2',
    },
    'oci-layout': {
      description: 'Path of the OCI image layout that holds the image, for integration-test and push-ecr.',
      example: '/home/runner/work/_temp/slipway/oci-layout-5f0c2c9e-52ab-4c0f-9a55-8d9f5a1cf3c0',
    },
    version: { description: "The image's version.", example: '1.4.2' },
    skipped: {
      description:
        "'true' when the image was taken from the registry (the outcome is `unchanged`), 'false' when it was built.",
      example: 'false',
    },
    'source-tag': {
      description:
        'With `skip-if-exists`, a tag that is the same for the same source whatever the commit. Pushed as a further tag, it is where later runs find the image; without it, they look at the versions of this commit and the one before.',
      example: 'src-5f0c2c9e52ab4c0f9a558d9f5a1cf3c0',
    },
    'size-bytes': {
      description: 'How many bytes a registry stores for the image: its configuration and its compressed layers.',
      example: '48301122',
    },
  },
  hasPost: true,
  permissions: [
    {
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
      reason:
        'the credentials of the registry; only with `skip-if-exists`, or where a base image or the cache is in ECR',
    },
    {
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: ['<REPOSITORY_ARN>'],
      reason: 'to look for the image and to take it over; only with `skip-if-exists`',
    },
    {
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: ['<BASE_REPOSITORY_ARN>'],
      reason: 'to read the images that the Dockerfile names; only where they are in ECR',
    },
    {
      actions: [
        ...['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
        ...['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'],
      ],
      resources: ['<CACHE_REPOSITORY_ARN>'],
      reason: 'to read and to write the cache; only with `cache: registry` in ECR',
    },
  ],
});

/** BuildInputs is the schema of the inputs. */
export type BuildInputs = typeof definition.inputs;

/** BuildContext is what the action's run gets. */
export type BuildContext = ActionContext<BuildInputs, typeof definition.outputs>;

import { defineAction, defineInputs, type ActionContext } from '@slipway/runtime';

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
    description: 'The buildx builder to use. Without it, the current one.',
    example: 'builder-arm64',
  },
  'no-cache': { type: 'boolean', default: false, description: 'Whether to build every step again.' },
  pull: {
    type: 'boolean',
    default: false,
    description: 'Whether to ask the registry for newer base images even where one is on the machine.',
  },
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
      description: "The digest of the image's manifest: the same before and after every push.",
      example: 'sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b',
    },
    'image-id': {
      description: "The digest of the image's configuration, which Docker shows as IMAGE ID. No registry knows it.",
      example: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    },
    'oci-layout': {
      description: 'Path of the OCI image layout that holds the image, for integration-test and push-ecr.',
      example: '/home/runner/work/_temp/slipway/oci-layout-5f0c2c9e-52ab-4c0f-9a55-8d9f5a1cf3c0',
    },
    version: { description: "The image's version.", example: '1.4.2' },
    'size-bytes': {
      description: 'How many bytes a registry stores for the image: its configuration and its compressed layers.',
      example: '48301122',
    },
  },
  hasPost: true,
  permissions: [],
});

/** BuildInputs is the schema of the inputs. */
export type BuildInputs = typeof definition.inputs;

/** BuildContext is what the action's run gets. */
export type BuildContext = ActionContext<BuildInputs, typeof definition.outputs>;

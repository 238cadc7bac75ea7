import { SlipwayError } from '@slipway/core';
import type { BuildFailure } from './build-log.js';

/** contextNotFound is the error of a context that is no folder. */
export function contextNotFound(directory: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_CONTEXT_NOT_FOUND',
    message: `The build context '${directory}' is not a folder.`,
    hint: "Set 'context' to the folder of the Dockerfile's files; check the code out before this step.",
  });
}

/** dockerfileNotFound is the error of a Dockerfile that is not there. */
export function dockerfileNotFound(file: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_DOCKERFILE_NOT_FOUND',
    message: `There is no Dockerfile at '${file}'.`,
    hint: "Set 'file' to the Dockerfile, or 'context' to the folder that it lies in.",
  });
}

/** layoutExists is the error of a layout folder that holds something. */
export function layoutExists(directory: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_LAYOUT_EXISTS',
    message: `'${directory}' exists and is not an empty folder, so the image is not written there.`,
    hint: "Set 'oci-layout' to a folder that does not exist yet, or leave it out.",
  });
}

/** engineMissing is the error of a machine without Docker, or without an engine that answers. */
export function engineMissing(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_ENGINE_MISSING',
    message: `No Docker engine can be used: ${why}.`,
    hint: 'Run the job on a runner with Docker, start its engine, or set DOCKER_HOST to one that answers.',
    kind: 'world',
    cause,
  });
}

/** buildxMissing is the error of a Docker client without buildx. */
export function buildxMissing(): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_BUILDX_MISSING',
    message: "The Docker client of this machine has no 'docker buildx'.",
    hint: "Install Docker's buildx plugin, version 0.10 or later, or run docker/setup-buildx-action before this step.",
    kind: 'world',
  });
}

/** builderNotFound is the error of a builder that buildx does not know, or that does not answer. */
export function builderNotFound(name: string | undefined, why: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_BUILDER_NOT_FOUND',
    message: `The builder${name === undefined ? '' : ` '${name}'`} cannot be used: ${why}.`,
    hint: "Leave 'builder' out for the current one, or create it first ('docker buildx ls' lists those there are).",
  });
}

/** engineRemote is the error of an engine that does not reach this machine's loopback address. */
export function engineRemote(answer: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_ENGINE_REMOTE',
    message: `The Docker engine cannot reach this step on 127.0.0.1, so it runs on another machine or in another network: ${answer}`,
    hint: 'Run docker/setup-buildx-action before this step: its builder hands the image over without the network.',
  });
}

/** buildFailed is the error of a build that BuildKit gave up. */
export function buildFailed(failure: BuildFailure, dockerfile: string): SlipwayError {
  const place = failure.line === undefined ? dockerfile : `${dockerfile}:${failure.line}`;
  const step = failure.step === undefined ? '' : ` in the step ${failure.step}`;
  return new SlipwayError({
    code: 'BUILD_FAILED',
    message: [
      `The build of ${place} failed${step}: ${failure.message}`,
      ...failure.tail.map((line) => `  ${line}`),
    ].join('\n'),
    hint: 'Correct the Dockerfile or what the step needs; the whole output is in the log above.',
  });
}

/** unitTestsFailed is the error of a stage of tests that could not be built. */
export function unitTestsFailed(failure: BuildFailure, target: string): SlipwayError {
  const step = failure.step === undefined ? '' : ` in the step ${failure.step}`;
  return new SlipwayError({
    code: 'BUILD_UNIT_TESTS_FAILED',
    message: [
      `The stage '${target}' failed${step}: ${failure.message}`,
      ...failure.tail.map((line) => `  ${line}`),
    ].join('\n'),
    hint: 'Correct what the tests found; the whole output is in the log above. No image was built.',
  });
}

/** builderLimited is the error of inputs that the engine's own builder cannot follow. */
export function builderLimited(names: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_BUILDER_LIMITED',
    message: `The engine's own builder cannot do ${names.map((name) => `'${name}'`).join(', ')}: it keeps images without their manifests.`,
    hint: "Leave 'builder' out, and this step makes a builder that can; or name one of the docker-container driver.",
  });
}

/** builderNotMade is the error of a builder of the action's own that does not come up. */
export function builderNotMade(image: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_BUILDER_NOT_MADE',
    message: `No builder could be made of the image '${image}': ${why}.`,
    hint: "Set 'builder-image' to BuildKit's image in a registry that the engine reaches, or make a builder before this step and name it in 'builder'.",
    kind: 'world',
    retryable: true,
  });
}

/** dockerConfigUnreadable is the error of a configuration of Docker's that a login has to be added to, and nobody can read. */
export function dockerConfigUnreadable(file: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_DOCKER_CONFIG',
    message: `The build reads or writes a registry of ECR's, and Docker's configuration '${file}' cannot be read: ${why}.`,
    hint: 'Mend the file, or point DOCKER_CONFIG at another folder.',
    cause,
  });
}

/** pushFailed is the error of an engine that built an image and did not hand it over. */
export function pushFailed(answer: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_HANDOVER_FAILED',
    message: `The engine built the image and then failed to hand it over on the loopback address: ${answer}`,
    hint: "Run the job again; if it stays so, read the engine's own log.",
    kind: 'world',
    retryable: true,
  });
}

/** loadFailed is the error of an engine that did not take the built image. */
export function loadFailed(name: string, answer: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_LOAD_FAILED',
    message: `The image was built, and the engine did not take it as '${name}': ${answer}`,
    hint: "Leave 'load-as' out where the engine runs on another machine than the job; integration-test needs no loaded image.",
    kind: 'world',
  });
}

/** tagsInvalid is the error of entries of `tags` that no registry takes. */
export function tagsInvalid(tags: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `1 input is missing or malformed:\n  - 'tags' holds ${tags.map((tag) => `'${tag}'`).join(', ')}, which no registry takes.`,
    hint: "A tag has letters, digits, '_', '.', '-', at most 128 of them, and begins with neither '.' nor '-'. Give tags alone, without a repository.",
  });
}

/** repositoryMissing is the error of `skip-if-exists` without a place to look. */
export function repositoryMissing(): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: "1 input is missing or malformed:\n  - 'repository' is required with 'skip-if-exists: true' and not set.",
    hint: 'Give the ECR repository that push-ecr pushes to, by name.',
  });
}

/** builderStuck is the error of a builder that is held by a cache, and begins no build, not even one without a cache. */
export function builderStuck(name: string, step: string): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_BUILDER_STUCK',
    message: `The builder '${name}' hangs in ${step}: the cache of a build before it stopped answering in the middle.`,
    hint: "Restart the builder, or run again where it is a new one; 'cache: none' builds without the cache until it is well. Why none could be made in its place is in the log.",
    kind: 'world',
    retryable: true,
  });
}

/** resultUnexpected is the error of a builder whose result is not one image, or not the one it speaks of. */
export function resultUnexpected(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'BUILD_RESULT_UNEXPECTED',
    message: `The builder's result cannot be trusted: ${why}.`,
    hint: 'Check the settings of the builder, and that nothing else writes into the folder of the layout.',
    kind: 'world',
    cause,
  });
}

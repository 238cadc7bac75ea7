import { SlipwayError } from '@slipway/core';

/** composedNotReady is the error of a service of the compose file that the image needs and does not get. */
export function composedNotReady(name: string, why: string, lastLines: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_SERVICE_NOT_READY',
    message: `The service '${name}' of the compose file did not get ready ${why}.${lastLines}`.replace(' :', ':'),
    hint: "Its log stands in a group of the job's log. A service that only does some work and ends has to end with 0; 'compose-seconds' is the time that they have.",
  });
}

/** composeMissing is the error of a machine whose docker has no compose. */
export function composeMissing(why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_COMPOSE_MISSING',
    message: `'compose-file' needs docker's plugin 'compose', which does not answer: ${why}`,
    hint: "GitHub-hosted Ubuntu runners have it. Elsewhere install docker-compose-plugin (Debian: docker-compose), or list the containers in 'services'.",
    kind: 'world',
  });
}

/** composeFileInvalid is the error of a compose file that compose does not take. */
export function composeFileInvalid(file: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_COMPOSE_FILE_INVALID',
    message: `The compose file '${file}' cannot be used: ${why}`,
    hint: "Run 'docker compose config' on it. Its variables come from '.env' beside it and from 'environment' and 'env-files'.",
  });
}

/** composeFailed is the error of a compose file whose containers cannot be started. */
export function composeFailed(file: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'TEST_COMPOSE_FAILED',
    message: `What the compose file '${file}' describes cannot be started: ${why}`,
    hint: "The output of docker compose and the logs of its containers stand in groups of the job's log. For images of a private registry, log the job in before this step.",
    kind: 'world',
  });
}

import { expect, it } from '@jest/globals';
import { imageNotStarted } from '../src/errors.js';

const DAEMON = 'Error response from daemon: ';

it.each([
  ['unable to find user web: no matching entries in passwd file', /'user'.*65532:65532/],
  ['exec: "serve": executable file not found in $PATH: unknown', /'container-command'.*entryPoint/],
])('says of what the engine tells by %j what to correct', (why, hint) => {
  const error = imageNotStarted(`${DAEMON}${why}\nError: failed to start containers: 4711`);
  expect(error).toMatchObject({ message: `The image cannot be started: ${why}`, hint: expect.stringMatching(hint) });
});

import { SlipwayError } from '@slipway/core';
import { runProcess } from '@slipway/process';

/** commitTime returns when the checked-out commit was made, in seconds since the epoch. @throws SlipwayError BUILD_COMMIT_TIME_UNKNOWN */
export async function commitTime(workspace: string): Promise<number> {
  const answer = await runProcess({
    file: 'git',
    args: ['-C', workspace, 'log', '-1', '--format=%ct'],
    timeoutMs: 30_000,
  }).catch(() => undefined);
  const seconds = Number(answer?.stdout.trim());
  if (answer?.exitCode === 0 && Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new SlipwayError({
    code: 'BUILD_COMMIT_TIME_UNKNOWN',
    message: `'reproducible' takes the image's times from the commit, and git does not tell it: ${answer?.stderr.trim() || 'it could not be run'}.`,
    hint: "Check the repository out before this step, or set the build argument SOURCE_DATE_EPOCH yourself and leave 'reproducible' out.",
  });
}

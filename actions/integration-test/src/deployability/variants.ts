import type { Container } from '../container.js';
import { failed, passed, type Verdict } from './checks.js';
import type { Stage, Started, Variant } from './stage.js';

/** Who owns nothing: the user that distroless images run as. */
const NOBODY = '65532:65532';
const ROOT = /^(?:|0|root)(?::.*)?$/;

/** judgeUser runs the image as nobody, where it would run as root. */
export async function judgeUser(stage: Stage): Promise<Verdict> {
  const user = stage.spec.constraints.user ?? (await stage.imageUser());
  if (!ROOT.test(user)) return passed(`it runs as ${user}`);
  const constraints = { ...stage.spec.constraints, user: NOBODY };
  return judgeVariant(stage, { name: 'nobody', constraints }, `as ${NOBODY} instead of root`);
}

/** judgeReadOnly runs the image where it can write to its volumes alone. */
export function judgeReadOnly(stage: Stage): Promise<Verdict> {
  const constraints = { ...stage.spec.constraints, readOnlyRoot: true };
  return judgeVariant(stage, { name: 'read-only', constraints }, 'with a read-only root file system');
}

/** judgeTwice runs the image a second time beside the first, as two colours do. */
export function judgeTwice(stage: Stage): Promise<Verdict> {
  return judgeVariant(stage, { name: 'twice' }, 'beside another of its kind');
}

/**
 * judgeBeside judges a variant that ran beside the first container. That the image runs once only is no fault of what
 * was varied: a failed variant is held against a second container as it is set.
 */
export async function judgeBeside(verdict: Verdict, second: () => Promise<Verdict>): Promise<Verdict> {
  if (verdict.state !== 'failed' || (await second()).state !== 'failed') return verdict;
  return { state: 'not-run', because: 'a second container fails beside the first, however it is run' };
}

/** judgePrevious runs the version before beside this one, and asks both. */
export function judgePrevious(stage: Stage, main: Container, image: string): Promise<Verdict> {
  return stage.judge({ name: 'previous', image }, async (started) => {
    const before = await verdictOf(stage, started, 'as the previous version beside the new one');
    if (before.state === 'failed') return before;
    const problem = await stage.checksFailing(main);
    return problem === undefined ? before : failed(`the new version fails beside the previous one: ${problem}`);
  });
}

/** judgeBadConfiguration runs the image with a configuration that it must refuse. */
export async function judgeBadConfiguration(
  stage: Stage,
  configuration: Readonly<Record<string, string>>,
): Promise<Verdict> {
  const names = Object.keys(configuration).join(', ');
  if (names === '') return { state: 'not-run', because: "'bad-configuration' is not set" };
  const environment = { ...stage.spec.environment, ...configuration };
  return stage.judge({ name: 'bad-configuration', environment }, async (started) => {
    if ('refused' in started) return passed(`it does not even start with a bad ${names}`);
    if (started.result.state !== 'ended') return failed(`it goes on with a bad ${names}`);
    const { exitCode } = await started.container.state();
    return exitCode === 0 ? failed(`it ends with exit code 0 for a bad ${names}`) : passed(`it ends with ${exitCode}`);
  });
}

function judgeVariant(stage: Stage, change: Variant, how: string): Promise<Verdict> {
  return stage.judge(change, (started) => verdictOf(stage, started, how));
}

async function verdictOf(stage: Stage, started: Started, how: string): Promise<Verdict> {
  if ('refused' in started) return failed(`${started.refused} (${how})`);
  const { container, result } = started;
  switch (result.state) {
    case 'ended': {
      const { exitCode } = await container.state();
      return failed(`it ended with exit code ${exitCode} ${how}`);
    }
    case 'unhealthy':
    case 'no-health-check':
    case 'timed-out':
      return failed(`it does not get ready ${how}`);
    case 'ready': {
      const problem = await stage.checksFailing(container);
      return problem === undefined ? passed(`it answers ${how}`) : failed(`${problem} ${how}`);
    }
  }
}

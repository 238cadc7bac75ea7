import type { Container } from '../container.js';
import { listens, type ReadyResult } from '../readiness.js';
import { failed, passed, type Verdicts } from './checks.js';

/** How a start is judged. */
export interface StartOptions {
  readonly result: ReadyResult;
  readonly port: number;
  readonly graceSeconds: number;
  /** Whether the service has answered on its port to be ready. */
  readonly hasAnswered: boolean;
}

/** judgeStart says what the start of a container tells; `isReady` when the other checks can be made. */
export async function judgeStart(
  container: Container,
  { result, port, graceSeconds, hasAnswered }: StartOptions,
): Promise<{ readonly isReady: boolean; readonly verdicts: Verdicts }> {
  switch (result.state) {
    case 'ended':
      return { isReady: false, verdicts: await judgeEnd(container, 'before it was ready') };
    case 'unhealthy':
      return { isReady: false, verdicts: { ready: failed('its health check says unhealthy') } };
    case 'no-health-check':
      return { isReady: false, verdicts: { ready: failed('it has no health check') } };
    case 'timed-out': {
      const isOpen = await listens(await container.placeOf(port));
      const verdicts = isOpen
        ? { port: passed(`port ${port} is open`), ready: failed(`seen last: ${result.last}`) }
        : { port: failed(`nothing listens on port ${port}`) };
      return { isReady: false, verdicts };
    }
    case 'ready': {
      // A log and a health check know of no port.
      if (!hasAnswered && !(await listens(await container.placeOf(port)))) {
        return { isReady: false, verdicts: { port: failed(`it says that it is ready, and not on port ${port}`) } };
      }
      const took = `it took ${(result.ms / 1000).toFixed(1)} s, and ${graceSeconds} s are its grace`;
      const grace = result.ms > graceSeconds * 1000 ? failed(took) : passed(took);
      return { isReady: true, verdicts: { port: passed(`port ${port} is open`), ready: passed(took), grace } };
    }
  }
}

/** judgeEnd says what it means that a container has ended on its own. */
export async function judgeEnd(container: Container, when: string): Promise<Verdicts> {
  const { exitCode, oomKilled } = await container.state();
  return oomKilled
    ? { memory: failed(`the kernel killed it ${when}, for its memory`) }
    : { runs: failed(`it ended ${when} with exit code ${exitCode}`) };
}

import { failed, passed, type Verdict } from './checks.js';
import type { Sent } from './traffic.js';

/**
 * A service that closes what is idle may do so in the very moment in which it reads a request from there. That happens
 * to one; who does not wait for what is in flight loses all of it.
 */
const MOST_CROSSED = 1;

/**
 * judgeDrain says what became of the requests that were in flight when the service was told to end. What it never took
 * does not count, nor what came later and was refused.
 */
export function judgeDrain(sent: readonly Sent[], toldMs: number): Verdict {
  const late = sent.filter(({ endedMs }) => endedMs >= toldMs);
  const broken = late.filter(({ end }) => end === 'broken-off');
  const unanswered = late.filter(({ end }) => end === 'unanswered');
  const answered = late.filter(({ end, begunMs }) => end === 'answered' && begunMs <= toldMs).length;
  const dropped = [...broken, ...(broken.length + unanswered.length > MOST_CROSSED ? unanswered : [])];
  const [first] = dropped;
  if (first) {
    const how = first.end === 'broken-off' ? 'the answer broke off' : 'no answer came';
    const all = answered + dropped.length;
    return failed(
      `${dropped.length} of ${all} requests that it had taken got no whole answer (GET ${first.path}: ${how})`,
    );
  }
  if (answered > 0) return passed(`${answered} requests in flight were answered`);
  return { state: 'not-run', because: 'no request was in flight when SIGTERM came' };
}

/**
 * abortAfter returns a signal that aborts with a `TimeoutError` after so many milliseconds, and keeps no process alive.
 * `AbortSignal.timeout` is not used here: as one of `AbortSignal.any`, Node 20 lets the garbage collector take it, and
 * its time is then never over.
 */
export function abortAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, ms);
  timer.unref();
  return controller.signal;
}

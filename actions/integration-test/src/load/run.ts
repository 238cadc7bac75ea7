import type { Container } from '../container.js';
import type { Finding, Verdict } from '../deployability/checks.js';
import type { Test } from '../test.js';
import { loadFailed, loadInconclusive } from './errors.js';
import { judgeLoad } from './judge.js';
import { memoryUnderLoad, putLoad, type LoadResult } from './phase.js';
import { brokenIn, junitOfLoad, summaryOfLoad, tellLoad, type JudgedLoad } from './tell.js';

/** LoadRun puts the load that is asked for on the container under test, and keeps what it tells of its memory. */
export class LoadRun {
  readonly #test: Test;
  #put: { readonly container: Container; readonly result: LoadResult } | undefined;

  constructor(test: Test) {
    this.#test = test;
  }

  /**
   * put puts the load on, where one is asked for, and judges it. That the container has ended under it is the caller's
   * to tell.
   *
   * @throws SlipwayError TEST_LOAD_FAILED, TEST_LOAD_INCONCLUSIVE
   */
  async put(container: Container): Promise<void> {
    const { setting, context, tally } = this.#test;
    const options = setting.load;
    if (!options) return;
    const { perSecond, connections, seconds } = options.shape;
    const how = perSecond === undefined ? `over ${connections} connections` : `of ${perSecond} requests per second`;
    context.log.info(`Putting a load ${how} on it for ${seconds} s`);
    const result = await putLoad(this.#test, container, options);
    this.#put = { container, result };
    const { running } = await container.state();
    const verdicts = judgeLoad(result.figures, options.limits, result.comparison);
    const load: JudgedLoad = { result, verdicts, onInconclusive: options.onInconclusive };
    tellLoad(context, load);
    await tally.add({ suites: [junitOfLoad(load)], section: summaryOfLoad(load) });
    // Why it has ended says more than what was not answered because of it.
    if (running) assertWithin(load);
  }

  /**
   * memory says what the load tells of the image's memory. Ask when the container has been stopped: some engines, Docker
   * 20.10 among them, tell of a process of it that was killed only then.
   */
  async memory(): Promise<Verdict | undefined> {
    if (!this.#put) return undefined;
    const { container, result } = this.#put;
    const { oomKilled } = await container.state();
    return memoryUnderLoad(result, { limitMib: this.#test.setting.constraints.memoryMib, oomKilled });
  }
}

/** withMemory returns findings with what a load tells of the image's memory. */
export function withMemory(findings: readonly Finding[], memory: Verdict | undefined): readonly Finding[] {
  if (!memory) return findings;
  return findings.map((finding) => {
    if (finding.check !== 'memory' || finding.state === 'failed') return finding;
    const because = [...(finding.state === 'passed' ? [finding.because] : []), memory.because].join('; ');
    return { ...finding, state: memory.state, because };
  });
}

function assertWithin(load: JudgedLoad): void {
  const broken = brokenIn(load);
  const failed = broken.filter(({ state }) => state === 'failed');
  if (failed.length > 0) throw loadFailed(failed);
  if (broken.length > 0) throw loadInconclusive(broken);
}

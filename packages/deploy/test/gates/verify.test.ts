import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseSuite, runSuite, type RunSuiteOptions, type SuiteResult } from '@slipway/http-checks';
import { createVerifyGate, type VerifyOptions } from '../../src/gates/verify.js';
import { GateWorld, MINUTE, pauseAt } from './world.js';

const SUITE = parseSuite(
  `version: 1
ready: { path: / }
checks:
  - { name: home, request: { path: / }, expect: {} }
  - { name: new page, request: { path: /new }, expect: {} }
`,
  'checks.yml',
);
const TEST = { baseUrl: 'https://test.example.com', headers: { 'x-fleet': 'green' } };
const PRODUCTION = { baseUrl: 'https://www.example.com' };

let world: GateWorld;
let asked: { readonly baseUrl: string; readonly headers: unknown; readonly atMs: number }[];
/** The checks that fail, run by run; the last entry stays. */
let failing: string[][];
/** How long a run takes. */
let runSeconds: number;

beforeEach(() => {
  world = new GateWorld();
  asked = [];
  failing = [[]];
  runSeconds = 0;
});

const startMs = () => world.clock.now() - (asked[0]?.atMs ?? 0);

async function answer({ suite, baseUrl, headers, signal }: RunSuiteOptions): Promise<SuiteResult> {
  asked.push({ baseUrl, headers, atMs: world.clock.now() });
  if (runSeconds > 0) await world.clock.sleep(runSeconds * 1_000, signal);
  const names = failing.length > 1 ? failing.shift() : failing[0];
  const checks = suite.checks.map(({ name, line }) => {
    const passed = !names?.includes(name);
    return { name, line, passed, ms: 1, problems: passed ? [] : ['status is 500; expected 2xx'], bodySnippet: 'body' };
  });
  const failed = checks.filter(({ passed }) => !passed).length;
  return { file: suite.file, passed: checks.length - failed, failed, checks };
}

const gateOf = (options: Partial<VerifyOptions> = {}) =>
  createVerifyGate({ suite: SUITE, test: TEST, production: PRODUCTION, runSuite: answer, ...options }, world);
const before = { position: 'before-traffic', percent: 0 } as const;
const step = { position: 'step', percent: 5 } as const;

describe('verify, before anything is started', () => {
  const suite = parseSuite(
    `version: 1
ready: { path: / }
variables: { release: null }
checks:
  - { name: home, tags: [smoke], request: { path: / }, expect: { contains: '{{release}}' } }
  - { name: account, request: { path: /, auth: { bearer-env: TOKEN } }, expect: {} }
`,
    'needs.yml',
  );
  const has = { variables: { release: '1.4.2' }, environment: { TOKEN: 'secret-token' } };

  it.each([
    ['a variable without a value', { environment: has.environment }, 'CHECKS_VARIABLE_MISSING'],
    ['a credential that is not set', { variables: has.variables }, 'CHECKS_CREDENTIAL_MISSING'],
    ['tags that no check has', { ...has, tags: ['none'] }, 'CHECKS_NONE_SELECTED'],
  ])('refuses %s', (_what, needs, code) => {
    expect(() => gateOf({ suite, ...needs })).toThrow(expect.objectContaining({ code }));
  });

  it('asks for no credential of a check that is not made', () => {
    const gate = gateOf({ suite, variables: has.variables, tags: ['smoke'] });
    expect(gate.plan).toMatch(/^the checks tagged smoke of needs\.yml have to pass /);
  });

  it('hands on what the suite needs', async () => {
    let given: Partial<RunSuiteOptions> = {};
    const runs: typeof runSuite = (options) => answer((given = options));
    await world.judge(gateOf({ suite, ...has, tags: ['smoke'], runSuite: runs }), before);
    expect(given).toMatchObject({ ...has, tags: ['smoke'] });
  });
});

describe('verify on the test endpoint', () => {
  it('passes when all checks do; the headers of the fleet go with every request', async () => {
    expect(await world.judge(createVerifyGate({ suite: SUITE, test: TEST, runSuite: answer }, world), before)).toEqual({
      ...{ gate: 'verify', position: 'before-traffic', verdict: 'pass', because: '2 of 2 checks passed.', seconds: 0 },
      evidence: {
        suite: 'checks.yml',
        runs: 1,
        checks: [
          { name: 'home', passed: true, ms: 1, problems: [] },
          { name: 'new page', passed: true, ms: 1, problems: [] },
        ],
      },
    });
    expect(asked).toMatchObject([TEST]);
  });

  it('is repeated while targets and rules reach the load balancer', async () => {
    failing = [['home'], ['home', 'new page'], []];
    expect(await world.judge(gateOf(), before)).toMatchObject({ verdict: 'pass', seconds: 4, evidence: { runs: 3 } });
  });

  it('fails when its time is over, with the checks that failed', async () => {
    failing = [['new page']];
    const result = await world.judge(gateOf({ seconds: 30 }), before);
    expect(result).toMatchObject({
      verdict: 'fail',
      because:
        '1 of 2 checks failed at https://test.example.com: new page (checks.yml:5: status is 500; expected 2xx) in run 16.',
      seconds: 30,
    });
    expect(JSON.stringify(result.evidence)).not.toContain('body');
  });

  it('is inconclusive when a run does not end by the deadline', async () => {
    runSeconds = 90;
    expect(await world.judge(gateOf(), before, 1)).toMatchObject({ verdict: 'inconclusive', seconds: 60 });
  });

  it('verifies nothing before traffic without one, and says so', async () => {
    const gate = createVerifyGate({ suite: SUITE, production: PRODUCTION, runSuite: answer }, world);
    const result = await world.judge(gate, before);
    expect(result).toMatchObject({ verdict: 'pass', because: 'There is no test endpoint: nothing is verified yet.' });
  });
});

describe('verify on production', () => {
  it.each([
    ['passes in one run', [[]], 'pass', 0],
    ['forgives a failure that does not repeat', [['home'], [], []], 'pass', 10],
    ['forgives two checks that fail once each', [['home'], ['new page'], []], 'pass', 10],
    ['fails on a check that fails twice in a row', [['home'], ['home']], 'fail', 5],
    ['fails on a check that fails in two of three runs', [['home'], [], ['home']], 'fail', 10],
  ] as const)('%s', async (...[, runs, verdict, seconds]) => {
    failing = runs.map((names) => [...names]);
    expect(await world.judge(gateOf())).toMatchObject({ position: 'after-traffic', verdict, seconds });
    expect(asked.every(({ baseUrl }) => baseUrl === PRODUCTION.baseUrl)).toBe(true);
  });

  it('does not judge the new fleet by what the old one fails while both answer, but does so after 100 %', async () => {
    const gate = gateOf();
    failing = [[], ['new page']];
    const first = await world.judge(gate, before);
    expect(first.because).toContain('Production fails before the shift: new page');
    const second = await world.judge(gate, step);
    expect(second).toMatchObject({ verdict: 'pass', position: 'step' });
    expect(second.because).toContain('1 of 2 checks passed (not judged, as production failed them before the shift');
    expect(await world.judge(gate)).toMatchObject({ verdict: 'fail' });
  });

  it('fails at a step on what the old fleet alone did well', async () => {
    const gate = gateOf();
    await world.judge(gate, before);
    failing = [['new page']];
    expect(await world.judge(gate, step)).toMatchObject({ verdict: 'fail' });
  });

  it('is in doubt at a step when it never saw the old fleet alone', async () => {
    failing = [['new page']];
    expect(await world.judge(gateOf(), step)).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is inconclusive when time is over before two failures were seen', async () => {
    failing = [['home']];
    runSeconds = 50;
    expect(await world.judge(gateOf(), {}, 1)).toMatchObject({ verdict: 'inconclusive', seconds: 60 });
  });

  it('has nothing to do without a production URL', async () => {
    const gate = createVerifyGate({ suite: SUITE, test: TEST, runSuite: answer }, world);
    expect(gate.positions).toEqual(['before-traffic']);
    expect(await world.judge(gate)).toMatchObject({ verdict: 'pass' });
    expect(asked).toEqual([]);
  });
});

describe('verify', () => {
  it('rejects with the reason of its signal, in a run and between runs', async () => {
    const reason = new Error('cancelled');
    for (const seconds of [0, 30]) {
      failing = [['home']];
      runSeconds = seconds;
      const controller = new AbortController();
      const judging = gateOf().judge(
        pauseAt({ ...before, deadline: world.clock.now() + 9 * MINUTE }),
        controller.signal,
      );
      await world.clock.settle();
      controller.abort(reason);
      await expect(judging).rejects.toBe(reason);
    }
    expect(startMs()).toBe(0);
  });

  it('refuses a URL that is none before anything is done', () => {
    expect(() => gateOf({ test: { baseUrl: 'test.example.com' } })).toThrow(
      expect.objectContaining({ code: 'CHECKS_BASE_URL_INVALID' }),
    );
  });

  it('asks a real service', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers['x-fleet']);
      response.writeHead(seen.length === 1 ? 503 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const gate = createVerifyGate(
      { suite: SUITE, test: { ...TEST, baseUrl }, runSuite: (options) => world.clock.during(runSuite(options)) },
      world,
    );
    try {
      expect(await world.judge(gate, before)).toMatchObject({ verdict: 'pass', seconds: 2, evidence: { runs: 2 } });
      expect(seen).toEqual(['green', 'green', 'green', 'green']);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp } from '../conformance/clean-up.js';
import { compare, describe as inWords, type Difference } from '../conformance/compare.js';
import { openJudge, ourAccess, type Judge } from '../conformance/judge.js';
import { isCovered } from '../conformance/known-differences.js';
import { MOTO_DIFFERENCES } from '../conformance/moto-differences/index.js';
import { NOT_IN_MOTO } from '../conformance/not-in-moto.js';
import { play, type Played } from '../conformance/play.js';
import { createStage, newPrefix } from '../conformance/stage.js';
import type { Step } from '../conformance/step.js';
import { STEPS } from '../conformance/steps/index.js';
import { ROLE_ACCOUNT, ROLE_CLAIMS, ROLE_STEPS } from '../conformance/steps/roles.js';
import { startLocalAws, type LocalAws } from '../src/index.js';

/** Installing moto takes a minute where it has not been done; a real account takes a few. */
const LIMIT_MS = 900_000;

let judge: Judge;
let localAws: LocalAws;
let steps: readonly Step[];
let ours: Played[];
let theirs: Played[];
let differences: Difference[];

beforeAll(async () => {
  judge = await openJudge(process.env);
  // A service that is compared in its first seconds is compared before its tasks are anything.
  localAws = await startLocalAws({ tasks: 'simulated', region: judge.access.region, accounts: [ROLE_ACCOUNT] });
  steps = judge.name === 'moto' ? [...STEPS, ...ROLE_STEPS] : STEPS;
  const prefix = newPrefix();
  const [mine, other] = [ourAccess(localAws.endpoint, judge.access.region), judge.access].map((access) =>
    createStage(access, judge.network, prefix),
  );
  if (!mine || !other) throw new Error('there are two sides');
  const token = await localAws.issuer.sign(ROLE_CLAIMS, 'sts.amazonaws.com');
  for (const { kept } of [mine, other]) kept.set('id-token', token);
  [ours, theirs] = await Promise.all([play(steps, mine), play(steps, other)]);
  differences = compare(ours, theirs);
  await cleanUp(other);
}, LIMIT_MS);
afterAll(async () => {
  await localAws?.close();
  await judge?.close();
});

describe('local-aws and its judge', () => {
  it('differ in nothing but what is known, and why', () => {
    const known = judge.name === 'moto' ? MOTO_DIFFERENCES : [];
    const unknown = differences.filter((difference) => !known.some((each) => isCovered(each, difference)));
    expect(unknown.map(inWords)).toEqual([]);
  });

  it('still differ in everything that is listed', () => {
    const known = judge.name === 'moto' ? MOTO_DIFFERENCES : [];
    const gone = known.filter((each) => !differences.some((difference) => isCovered(each, difference)));
    expect(gone).toEqual([]);
  });

  it('are compared in every operation that both have', () => {
    const replayed = new Set([...STEPS, ...ROLE_STEPS].map(({ operation }) => operation));
    const operations = localAws.services.flatMap(({ id, operations }) =>
      Object.keys(operations).map((name) => `${id}:${name}`),
    );
    const left = operations.filter((operation) => !replayed.has(operation));
    expect(left.sort()).toEqual(NOT_IN_MOTO.map(({ operation }) => operation).sort());
  });

  it('are both asked something that succeeds, for every operation', () => {
    const succeeded = new Set(ours.flatMap((played) => ('output' in played ? [played.step.operation] : [])));
    expect([...new Set(steps.map(({ operation }) => operation))].filter((each) => !succeeded.has(each))).toEqual([]);
  });

  it('lack no operation that is said to be missing at moto', async () => {
    if (judge.name !== 'moto') return;
    const statuses = NOT_IN_MOTO.map(async ({ operation, target }) => {
      const [service = ''] = operation.split(':');
      const scope = `AKIATEST/20260102/us-east-1/${service}/aws4_request`;
      const response = await fetch(judge.access.endpoint ?? '', {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': target,
        },
        body: '{}',
      });
      return { operation, implemented: response.status < 500 };
    });
    expect((await Promise.all(statuses)).filter(({ implemented }) => implemented)).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oneVictim } from './victim.js';

const victim = oneVictim();
/** A few seconds of them; more find more. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);

describe('whatever is sent', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const json = fc.json({ maxDepth: 6 });
  const names = [
    'cluster',
    'service',
    'services',
    'taskDefinition',
    'containerDefinitions',
    'loadBalancers',
    'desiredCount',
  ];
  const plausible = fc
    .dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant('default'), text))
    .map((value) => JSON.stringify(value));

  it('is answered by every JSON operation in its own form, and with no failure of local-aws', async () => {
    const targets = victim().localAws.services.flatMap(({ id, protocol, operations }) =>
      protocol.kind === 'json'
        ? Object.keys(operations).map((name) => ({ id, target: `${protocol.targetPrefix}.${name}` }))
        : [],
    );
    const property = fc.asyncProperty(
      fc.constantFrom(...targets),
      fc.oneof(json, plausible, text),
      async ({ id, target }, body) => {
        const response = await victim().post(id, { 'x-amz-target': target }, body);
        const answer = (await response.json()) as Record<string, unknown>;
        expect([200, 400, 403, 404]).toContain(response.status);
        if (response.status !== 200) expect(answer['__type']).toBe(response.headers.get('x-amzn-errortype'));
      },
    );
    await fc.assert(property, { numRuns: RUNS });
    victim().requireNoFailure();
  });

  it('is answered by every Query operation in its own form, and with no failure of local-aws', async () => {
    const actions = victim().localAws.services.flatMap(({ id, protocol, operations }) =>
      protocol.kind === 'query' ? Object.keys(operations).map((name) => ({ id, name })) : [],
    );
    const parts = [
      'Name',
      'Names',
      'member',
      '1',
      '2',
      'Actions',
      'Type',
      'Port',
      'Protocol',
      'LoadBalancerArn',
      'Targets',
      'Id',
    ];
    const name = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 }).map((each) => each.join('.'));
    const value = fc.oneof(
      text,
      fc.constantFrom('1', '-1', '80', 'HTTP', 'forward', 'web', '1e9', 'arn:aws:elasticloadbalancing:'),
    );
    const form = fc.array(fc.tuple(name, value), { maxLength: 6 });
    const property = fc.asyncProperty(fc.constantFrom(...actions), form, async (action, parameters) => {
      const body = new URLSearchParams([['Action', action.name], ...parameters]).toString();
      const response = await victim().post(action.id, {}, body);
      expect([200, 400, 403]).toContain(response.status);
      expect(await response.text()).toMatch(/^<(ErrorResponse|\w+Response) [\s\S]*<RequestId>[\s\S]*>$/);
    });
    await fc.assert(property, { numRuns: RUNS });
    victim().requireNoFailure();
  });

  it('to the registry is answered as a registry does', async () => {
    const segment = fc.constantFrom(
      '..',
      '.',
      '',
      'shop',
      'web',
      'manifests',
      'blobs',
      'uploads',
      'tags',
      'list',
      '%2e%2e',
      '%00',
      '%2f',
      'sha256:0',
      'latest',
    );
    const before = await victim().tree();
    const property = fc.asyncProperty(
      fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'TRACE'),
      fc.array(segment, { maxLength: 7 }),
      async (method, segments) => {
        const answer = await victim().raw(
          `${method} /v2/${segments.join('/')} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n` +
            `authorization: ${victim().registryAuthorization}\r\ncontent-length: 0\r\n\r\n`,
        );
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(500);
      },
    );
    await fc.assert(property, { numRuns: RUNS });
    // Uploads that were begun are files in their repository; nothing is anywhere else.
    const made = (await victim().tree()).filter(
      (path) => !before.includes(path) && !/shop%2Fweb\/blobs\/sha256(\/\.writing-[^/]+)?$/.test(path),
    );
    expect(made).toEqual([]);
    await victim().requireAnswers();
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ECS, oneVictim } from './victim.js';

const victim = oneVictim();

describe('a JSON call', () => {
  const target = { 'x-amz-target': `${ECS}.DescribeServices` };
  it.each([
    ['half a body', '{"cluster":', 'SerializationException'],
    ['no JSON', 'Action=Do', 'SerializationException'],
    [
      'XML',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'SerializationException',
    ],
    ['a list', '[]', 'SerializationException'],
    ['null', 'null', 'SerializationException'],
    [
      'a hundred thousand levels',
      `{"services":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'SerializationException',
    ],
    ['levels that never end', '{"a":'.repeat(200_000), 'SerializationException'],
    ['another type', '{"services":{"0":"web"}}', 'InvalidParameterException'],
    ['an unknown member', '{"services":["web"],"serviecs":[]}', 'InvalidParameterException'],
    ['a member of every object', '{"services":["web"],"__proto__":{"a":1}}', 'InvalidParameterException'],
    ['a bad ARN', '{"cluster":"arn:aws:ecs:::../../etc","services":["web"]}', 'ClusterNotFoundException'],
    ['an ARN of nothing', '{"cluster":"arn:","services":["arn:"]}', 'ClusterNotFoundException'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'SerializationException'],
  ])('with %s, is refused', async (_what, body, code) => {
    const response = await victim().post('ecs', target, body);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, code]);
    expect(await response.json()).toMatchObject({ __type: code, message: expect.any(String) });
    victim().requireNoFailure();
  });

  it.each([
    ['no gzip', Buffer.from('{}'), [400, 'SerializationException']],
    ['a bomb', gzipSync(Buffer.alloc(40_000_000)), [413, 'RequestEntityTooLarge']],
  ])('that says it is gzip, with %s, is refused', async (_what, body, expected) => {
    const response = await victim().post('ecs', { ...target, 'content-encoding': 'gzip' }, body);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual(expected);
  });

  it.each(['', '.', 'x', `${ECS}`, `${ECS}.`, `.${ECS}`, `${ECS}.__proto__`, `${ECS}.constructor`, 'a'.repeat(8_000)])(
    'to the target %.60j is unknown',
    async (unknown) => {
      const response = await victim().post('ecs', { 'x-amz-target': unknown }, '{}');
      expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
      victim().requireNoFailure();
    },
  );

  it.each([
    'null',
    '[]',
    '1',
    '""',
    '{',
    '{"TableName":1}',
    `{"Item":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`,
  ])('to DynamoDB with %.40j is refused', async (body) => {
    const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': 'application/x-amz-json-1.0' };
    const response = await victim().post('dynamodb', headers, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('__type');
    await victim().requireAnswers();
  });
});

describe('a Query call', () => {
  it.each([
    ['nothing', '', 'MissingAction'],
    ['JSON', '{"Action":"DescribeRules"}', 'MissingAction'],
    ['XML', '<DescribeRules/>', 'MissingAction'],
    ['a parameter twice', 'Action=DescribeRules&RuleArns.member.1=a&RuleArns.member.1=b', 'MalformedInput'],
    ['a list that is a text', 'Action=DescribeRules&RuleArns=a', 'ValidationError'],
    ['a list that begins at minus infinity', 'Action=DescribeRules&RuleArns.member.-Infinity=a', 'ValidationError'],
    ['a bad ARN', 'Action=DescribeRules&RuleArns.member.1=../../etc/passwd', 'ValidationError'],
    ['an ARN of nothing', 'Action=DescribeRules&RuleArns.member.1=arn%3Aaws%3Aelasticloadbalancing%3A', 'RuleNotFound'],
    ['an unknown parameter', 'Action=DescribeRules&Rules.member.1=a', 'ValidationError'],
    ['half an escape', 'Action=%', 'InvalidAction'],
    ['an inherited action', 'Action=constructor', 'InvalidAction'],
    ['a million parameters', `Action=DescribeRules&${'a=1&'.repeat(1_000_000)}`, 'MalformedInput'],
    ['a name of a million parts', `Action=DescribeRules&${'a.'.repeat(1_000_000)}a=1`, 'MalformedInput'],
  ])('with %s, is refused', async (_what, body, code) => {
    const response = await victim().post('elasticloadbalancing', {}, body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    victim().requireNoFailure();
  });

  it('cannot put markup into its answer', async () => {
    const response = await victim().post(
      'elasticloadbalancing',
      {},
      `Action=${encodeURIComponent('</Message><Code>x</Code>\u0000')}`,
    );
    expect(await response.text()).toContain('&lt;/Message&gt;&lt;Code&gt;x&lt;/Code&gt;\ufffd');
  });
});

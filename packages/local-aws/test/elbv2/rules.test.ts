import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStage, forward, newGroup, newListener, send, type Stage, type TestListener } from './stage.js';

let stage: Stage;
let listener: TestListener;
beforeEach(async () => {
  stage = createStage();
  listener = await newListener(stage, saying('default'));
});
afterEach(() => stage.close());

function saying(word: string): object {
  return { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: word } };
}

async function addRule(priority: number, word: string, ...conditions: object[]): Promise<string> {
  const input = {
    ListenerArn: listener.arn,
    Priority: String(priority),
    Conditions: conditions,
    Actions: [saying(word)],
  };
  return (await stage.call('CreateRule', input)).Rules[0]?.RuleArn ?? '';
}

const path = (...Values: string[]): object => ({ Field: 'path-pattern', Values });
const host = (...Values: string[]): object => ({ Field: 'host-header', HostHeaderConfig: { Values } });
const header = (HttpHeaderName: string, ...Values: string[]): object => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName, Values },
});

async function said(where: string, headers: Record<string, string> = {}): Promise<string> {
  return (await send(`${listener.url}${where}`, { headers })).body;
}

describe('which rule a request meets', () => {
  it('is the first by priority, not by age; the default rule is the last', async () => {
    await addRule(20, 'twenty', path('/a/*'));
    await addRule(3, 'three', path('/a/b'));
    expect([await said('/a/b'), await said('/a/c'), await said('/b')]).toEqual(['three', 'twenty', 'default']);
  });

  it.each([
    ['/img/*', '/img/a/b.png', true],
    ['/img/*', '/img/', true],
    ['/img/*', '/img', false],
    ['/?.png', '/a.png', true],
    ['/?.png', '/axpng', false],
    ['/?.png', '/.png', false],
    ['/Case', '/case', false],
    ['/a', '/a?query=/b', true],
    ['*.php', '/x/y.php', true],
    ['/(a|b)', '/a', false],
  ])('path %s and %s: %s', async (pattern, where, matches) => {
    await addRule(1, 'rule', path(pattern));
    expect(await said(where)).toBe(matches ? 'rule' : 'default');
  });

  it('compares host names without case or port', async () => {
    await addRule(1, 'rule', host('*.Example.com', 'other.org'));
    expect(await said('/', { Host: 'WWW.example.COM:8080' })).toBe('rule');
    expect(await said('/', { Host: 'other.org' })).toBe('rule');
    expect(await said('/', { Host: 'example.com' })).toBe('default');
  });

  it('compares header values without case, with wildcards', async () => {
    await addRule(1, 'rule', header('X-Test', 'green*', 'blue?'));
    expect(await said('/', { 'x-test': 'Green-1' })).toBe('rule');
    expect(await said('/', { 'x-test': 'blue7' })).toBe('rule');
    expect(await said('/', { 'x-test': 'blue' })).toBe('default');
    expect(await said('/')).toBe('default');
  });

  it.each([
    [{ Key: 'version', Value: 'v1' }, '/?version=v1', true],
    [{ Key: 'version', Value: 'v1' }, '/?a=b&VERSION=V1', true],
    [{ Key: 'version', Value: 'v1' }, '/?version=v12', false],
    [{ Key: 'version', Value: 'v1' }, '/?xversion=v1', false],
    [{ Key: 'version', Value: 'v1' }, '/version=v1', false],
    [{ Key: 'v*', Value: 'v?' }, '/?version=v2', true],
    [{ Value: 'v1' }, '/?anything=v1', true],
    [{ Value: 'v1' }, '/?v1=other', false],
    [{ Value: '*' }, '/', false],
    [{ Value: 'a\\*b' }, '/?q=a*b', true],
    [{ Value: 'a\\*b' }, '/?q=axb', false],
    [{ Value: 'a\\?' }, '/?q=a?', true],
    [{ Value: 'a\\?' }, '/?q=ab', false],
    [{ Value: 'a=b' }, '/?q=a=b', true],
    [{ Value: 'a b' }, '/?q=a%20b', false],
  ])('query string %j and %s: %s', async (pair, where, matches) => {
    await addRule(1, 'rule', { Field: 'query-string', QueryStringConfig: { Values: [pair] } });
    expect(await said(where)).toBe(matches ? 'rule' : 'default');
  });

  it('tells methods apart, by their exact name', async () => {
    await addRule(1, 'rule', {
      Field: 'http-request-method',
      HttpRequestMethodConfig: { Values: ['PUT', 'DELETE'] },
    });
    const bodies = ['PUT', 'DELETE', 'GET'].map(async (method) => (await send(listener.url, { method })).body);
    expect(await Promise.all(bodies)).toEqual(['rule', 'rule', 'default']);
  });

  it.each([
    ['127.0.0.0/8', true],
    ['127.0.0.1/32', true],
    ['203.0.113.0/24', false],
    ['::/0', false],
  ])('source address in %s: %s, whatever X-Forwarded-For says', async (range, matches) => {
    await addRule(1, 'rule', { Field: 'source-ip', SourceIpConfig: { Values: [range] } });
    expect(await said('/', { 'X-Forwarded-For': '203.0.113.9' })).toBe(matches ? 'rule' : 'default');
  });

  it('must meet every condition of a rule', async () => {
    await addRule(1, 'rule', path('/a'), header('X-Test', '1'));
    expect([await said('/a', { 'X-Test': '1' }), await said('/a'), await said('/b', { 'X-Test': '1' })]).toEqual([
      'rule',
      'default',
      'default',
    ]);
  });

  it('follows a changed and a deleted rule with the next request', async () => {
    const arn = await addRule(1, 'before', path('/a'));
    await stage.call('ModifyRule', { RuleArn: arn, Actions: [saying('after')], Conditions: [path('/b')] });
    expect([await said('/a'), await said('/b')]).toEqual(['default', 'after']);
    await stage.call('DeleteRule', { RuleArn: arn });
    expect(await said('/b')).toBe('default');
  });
});

describe('DescribeRules', () => {
  it('shows conditions and actions as AWS does, the default rule last', async () => {
    const [blue, green] = [await newGroup(stage), await newGroup(stage)];
    const single = { ListenerArn: listener.arn, Priority: '2', Conditions: [header('X-Test', '1')] };
    await stage.call('CreateRule', { ...single, Actions: [{ Type: 'forward', TargetGroupArn: blue }] });
    const weighted = { ListenerArn: listener.arn, Priority: '1', Conditions: [path('/a')] };
    await stage.call('CreateRule', { ...weighted, Actions: [forward([blue, 100], [green, 0])] });
    const { Rules } = await stage.call('DescribeRules', { ListenerArn: listener.arn });
    const off = { TargetGroupStickinessConfig: { Enabled: false } };
    expect(Rules).toMatchObject([
      {
        Priority: '1',
        IsDefault: false,
        Conditions: [{ Field: 'path-pattern', Values: ['/a'], PathPatternConfig: { Values: ['/a'] } }],
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: weights([blue, 100], [green, 0]), ...off } }],
      },
      {
        Priority: '2',
        Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Test', Values: ['1'] } }],
        Actions: [{ TargetGroupArn: blue, ForwardConfig: { TargetGroups: weights([blue, 1]), ...off } }],
      },
      { Priority: 'default', IsDefault: true, Conditions: [], RuleArn: listener.defaultRuleArn },
    ]);
    expect(Rules[0]?.Actions[0]).not.toHaveProperty('TargetGroupArn');
    expect(Rules[0]?.RuleArn).toMatch(
      /^arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule\/app\/[\w-]+(\/[0-9a-f]{16}){3}$/,
    );
  });

  it('shows every kind of condition again as it was written', async () => {
    const written = [
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: 'b' }, { Value: 'c*' }] } },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['PUT'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8', '2001:db8::/32'] } },
    ];
    const arn = await addRule(1, 'rule', ...written);
    const { Rules } = await stage.call('DescribeRules', { RuleArns: [arn] });
    expect(Rules).toMatchObject([{ Conditions: written }]);
  });

  it('shows exactly the weights that ECS has set, without the scalar', async () => {
    const [blue, green] = [await newGroup(stage), await newGroup(stage)];
    await stage.call('ModifyListener', {
      ListenerArn: listener.arn,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
    });
    const { loadBalancing } = stage.elb;
    expect(loadBalancing.forwardWeights(listener.defaultRuleArn)).toEqual([{ targetGroupArn: blue, weight: 1 }]);
    const wanted = [
      { targetGroupArn: blue, weight: 0 },
      { targetGroupArn: green, weight: 100 },
    ];
    loadBalancing.setForwardWeights(listener.defaultRuleArn, wanted);
    expect(loadBalancing.forwardWeights(listener.defaultRuleArn)).toEqual(wanted);
    const { Rules } = await stage.call('DescribeRules', { RuleArns: [listener.defaultRuleArn] });
    const ForwardConfig = {
      TargetGroups: weights([blue, 0], [green, 100]),
      TargetGroupStickinessConfig: { Enabled: false },
    };
    expect(Rules[0]?.Actions).toEqual([{ Type: 'forward', ForwardConfig }]);
    expect(loadBalancing.forwardWeights('arn:none')).toBeUndefined();
    expect(() => loadBalancing.setForwardWeights(`${listener.defaultRuleArn}0`, wanted)).toThrow(
      expect.objectContaining({ code: 'RuleNotFound' }),
    );
  });
});

function weights(...tuples: readonly [TargetGroupArn: string, Weight: number][]): object[] {
  return tuples.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createStage, forward, newGroup, newListener, newLoadBalancer, send, type Stage } from './stage.js';

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.close());

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:';
const FIXED = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } };
const groupInput = { Name: 'g', Protocol: 'HTTP', Port: '80', TargetType: 'ip' };

describe('load balancers', () => {
  it('have AWS ARNs, an address of their own, and are found by name or ARN', async () => {
    const [a, b] = [await newLoadBalancer(stage), await newLoadBalancer(stage)];
    expect(a.arn).toMatch(new RegExp(`^${ARN}loadbalancer/app/[\\w-]+/[0-9a-f]{16}$`));
    expect(a.dnsName).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(a.dnsName).not.toBe(b.dnsName);
    const found = await stage.call('DescribeLoadBalancers', { LoadBalancerArns: [b.arn], PageSize: '400' });
    expect(found.LoadBalancers.map(({ DNSName }) => DNSName)).toEqual([b.dnsName]);
    await stage.call('CreateLoadBalancer', { Name: 'by-name', Subnets: ['s-1'], Tags: [{ Key: 'k', Value: 'v' }] });
    const named = await stage.call('DescribeLoadBalancers', { Names: ['by-name'] });
    expect(named.LoadBalancers).toMatchObject([{ LoadBalancerName: 'by-name', State: { Code: 'active' } }]);
    const again = await stage.call('CreateLoadBalancer', { Name: 'by-name', Subnets: ['s-1'] });
    expect(again.LoadBalancers).toEqual(named.LoadBalancers);
    const [tags] = (await stage.call('DescribeTags', { ResourceArns: [named.LoadBalancers[0]?.LoadBalancerArn ?? ''] }))
      .TagDescriptions;
    expect(tags?.Tags).toEqual([{ Key: 'k', Value: 'v' }]);
  });

  it('give way when their address is taken: the same instance twice gets two addresses', async () => {
    const other = createStage();
    const input = { Name: 'same-name' };
    const names = await Promise.all([stage, other].map((each) => each.call('CreateLoadBalancer', input)));
    expect(new Set(names.map(({ LoadBalancers }) => LoadBalancers[0]?.DNSName)).size).toBe(2);
    await other.close();
  });

  it('take their listeners and rules along when they are deleted', async () => {
    const group = await newGroup(stage);
    const on = await newLoadBalancer(stage);
    const listener = await newListener(stage, forward([group, 1]), on);
    await expect(stage.call('DeleteTargetGroup', { TargetGroupArn: group })).rejects.toMatchObject({
      code: 'ResourceInUse',
    });
    await stage.call('DeleteLoadBalancer', { LoadBalancerArn: on.arn });
    await stage.call('DeleteLoadBalancer', { LoadBalancerArn: on.arn });
    await expect(send(listener.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(stage.elb.loadBalancing.targetGroup(group)).toEqual({ attached: false });
    await stage.call('DeleteTargetGroup', { TargetGroupArn: group });
    expect(stage.elb.state()).toEqual({ loadBalancers: [], targetGroups: [] });
  });
});

describe('listeners', () => {
  it('answer where the API says they do, also when the wanted port is taken', async () => {
    const on = await newLoadBalancer(stage);
    const squatter = createServer().listen(18_080, on.dnsName);
    await once(squatter, 'listening');
    const listener = await newListener(stage, FIXED, on);
    expect(new URL(listener.url).port).not.toBe('18080');
    expect((await send(listener.url)).status).toBe(404);
    squatter.close();
  });

  it('move to another port', async () => {
    const on = await newLoadBalancer(stage);
    const listener = await newListener(stage, FIXED, on);
    const { Listeners } = await stage.call('ModifyListener', { ListenerArn: listener.arn, Port: '18090' });
    expect(Listeners).toMatchObject([{ Port: 18_090 }]);
    expect((await send(`http://${on.dnsName}:18090`)).status).toBe(404);
    await expect(send(listener.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await stage.call('DeleteListener', { ListenerArn: listener.arn });
    expect((await stage.call('DescribeListeners', { LoadBalancerArn: on.arn })).Listeners).toEqual([]);
  });

  it('share no target group between load balancers', async () => {
    const group = await newGroup(stage);
    await newListener(stage, forward([group, 1]));
    await expect(newListener(stage, forward([group, 1]))).rejects.toMatchObject({
      code: 'TargetGroupAssociationLimit',
    });
  });
});

describe('target groups', () => {
  it('show their settings, their load balancer, and AWS defaults', async () => {
    await stage.call('CreateTargetGroup', groupInput);
    const { TargetGroups } = await stage.call('DescribeTargetGroups', { Names: ['g'] });
    expect(TargetGroups).toMatchObject([
      {
        TargetGroupArn: expect.stringMatching(new RegExp(`^${ARN}targetgroup/g/[0-9a-f]{16}$`)),
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        HealthCheckPath: '/',
        HealthCheckPort: 'traffic-port',
        Matcher: { HttpCode: '200' },
        LoadBalancerArns: [],
      },
    ]);
    const arn = TargetGroups[0]?.TargetGroupArn ?? '';
    const { Attributes } = await stage.call('DescribeTargetGroupAttributes', { TargetGroupArn: arn });
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
    const on = await newLoadBalancer(stage);
    await newListener(stage, { Type: 'forward', TargetGroupArn: arn }, on);
    const byBalancer = await stage.call('DescribeTargetGroups', { LoadBalancerArn: on.arn });
    expect(byBalancer.TargetGroups).toMatchObject([{ TargetGroupArn: arn, LoadBalancerArns: [on.arn] }]);
  });

  it('take targets at their own port unless another is said, and know who is no target', async () => {
    const arn = await newGroup(stage);
    const Targets = [{ Id: '127.0.0.5' }, { Id: '127.0.0.5', Port: '81' }];
    await stage.call('RegisterTargets', { TargetGroupArn: arn, Targets });
    const all = await stage.call('DescribeTargetHealth', { TargetGroupArn: arn });
    expect(all.TargetHealthDescriptions).toMatchObject([
      { Target: { Id: '127.0.0.5', Port: 8080 }, HealthCheckPort: '8080', TargetHealth: { State: 'unused' } },
      { Target: { Id: '127.0.0.5', Port: 81 }, HealthCheckPort: '81' },
    ]);
    await stage.call('DeregisterTargets', { TargetGroupArn: arn, Targets: [...Targets, { Id: '127.0.0.6' }] });
    const asked = await stage.call('DescribeTargetHealth', { TargetGroupArn: arn, Targets: [{ Id: '127.0.0.5' }] });
    expect(asked.TargetHealthDescriptions).toMatchObject([{ TargetHealth: { Reason: 'Target.NotRegistered' } }]);
  });
});

const header = (HttpHeaderName: string, ...Values: string[]): object => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName, Values },
});

describe('what is refused, by AWS code', () => {
  it.each([
    ['CreateLoadBalancer', {}, { code: 'ValidationError', message: /'Name'/ }],
    ['CreateLoadBalancer', { Name: 'a_b' }, { code: 'ValidationError', message: /alphanumeric/ }],
    ['CreateLoadBalancer', { Name: 'a', Type: 'network' }, { code: 'ValidationError', message: /network/ }],
    ['CreateLoadBalancer', { Name: 'a', IpamPools: {} }, { code: 'ValidationError', message: /'IpamPools'/ }],
    ['DescribeLoadBalancers', { Names: ['none'] }, { code: 'LoadBalancerNotFound', message: /none/ }],
    ['DescribeLoadBalancers', { LoadBalancerArns: ['nonsense'] }, { code: 'ValidationError', message: /nonsense/ }],
    [
      'DescribeLoadBalancers',
      { LoadBalancerArns: [`${ARN}loadbalancer/app/x/0`] },
      { code: 'LoadBalancerNotFound', message: /x/ },
    ],
    ['DescribeTargetGroups', { Names: ['none'] }, { code: 'TargetGroupNotFound', message: /none/ }],
    ['CreateTargetGroup', { ...groupInput, TargetType: 'instance' }, { code: 'ValidationError', message: /instance/ }],
    ['CreateTargetGroup', { ...groupInput, TargetType: undefined }, { code: 'ValidationError', message: /instance/ }],
    ['CreateTargetGroup', { ...groupInput, Port: '80x' }, { code: 'ValidationError', message: /80x/ }],
    ['CreateTargetGroup', { ...groupInput, HealthCheckEnabled: 'yes' }, { code: 'ValidationError', message: /yes/ }],
    [
      'CreateTargetGroup',
      { ...groupInput, HealthCheckIntervalSeconds: '4' },
      { code: 'ValidationError', message: /5 to 300/ },
    ],
    [
      'CreateTargetGroup',
      { ...groupInput, HealthCheckTimeoutSeconds: '30' },
      { code: 'ValidationError', message: /smaller/ },
    ],
    [
      'CreateTargetGroup',
      { ...groupInput, Matcher: { HttpCode: '200-600' } },
      { code: 'ValidationError', message: /200-600/ },
    ],
    [
      'CreateTargetGroup',
      { ...groupInput, Matcher: { GrpcCode: '0' } },
      { code: 'ValidationError', message: /HttpCode/ },
    ],
    ['CreateTargetGroup', { ...groupInput, HealthCheckPath: 'up' }, { code: 'ValidationError', message: /up/ }],
    ['DescribeListeners', { ListenerArns: [`${ARN}listener/app/x/0/0`] }, { code: 'ListenerNotFound', message: /x/ }],
    ['DescribeListeners', {}, { code: 'ValidationError', message: /either/ }],
    ['DescribeRules', { RuleArns: [`${ARN}listener-rule/app/x/0/0/0`] }, { code: 'RuleNotFound', message: /x/ }],
    [
      'RegisterTargets',
      { TargetGroupArn: `${ARN}targetgroup/x/0`, Targets: [] },
      { code: 'TargetGroupNotFound', message: /x/ },
    ],
    ['AddTags', { ResourceArns: '' }, { code: 'ValidationError', message: /ResourceArns/ }],
  ])('%s %j', async (operation, input, { code, message }) => {
    await expect(stage.call(operation, input)).rejects.toMatchObject({
      code,
      status: 400,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      'redirect',
      [{ Type: 'redirect', RedirectConfig: {} }],
      { code: 'InvalidConfigurationRequest', message: /redirect/ },
    ],
    ['two actions', [FIXED, FIXED], { code: 'InvalidConfigurationRequest', message: /more than one/ }],
    ['no action', [], { code: 'ValidationError', message: /action/ }],
    ['a weight of 1000', [forward(['arn:x', 1_000])], { code: 'ValidationError', message: /999/ }],
    [
      'a part of an action',
      [{ ...FIXED, RedirectConfig: {} }],
      { code: 'ValidationError', message: /'DefaultActions.1.RedirectConfig'/ },
    ],
    ['a group that is not', [forward([`${ARN}targetgroup/x/0`, 1])], { code: 'TargetGroupNotFound', message: /x/ }],
  ])('a listener with %s', async (_name, DefaultActions, { code, message }) => {
    const { arn } = await newLoadBalancer(stage);
    const input = { LoadBalancerArn: arn, Protocol: 'HTTP', Port: '18080', DefaultActions };
    await expect(stage.call('CreateListener', input)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect((await stage.call('DescribeListeners', { LoadBalancerArn: arn })).Listeners).toEqual([]);
  });

  it('sticky targets without sticky groups, HTTPS, taken ports and priorities, changes of the default rule', async () => {
    const on = await newLoadBalancer(stage);
    const group = await newGroup(stage);
    const { arn, defaultRuleArn } = await newListener(stage, FIXED, on);
    const rule = { ListenerArn: arn, Conditions: [{ Field: 'path-pattern', Values: ['/'] }], Actions: [FIXED] };
    await stage.call('CreateRule', { ...rule, Priority: '1' });
    const refused = async (operation: string, input: object, code: string): Promise<void> => {
      await expect(stage.call(operation, input)).rejects.toMatchObject({ code });
    };
    const listener = { LoadBalancerArn: on.arn, Protocol: 'HTTP', Port: '18080', DefaultActions: [FIXED] };
    await refused('CreateListener', listener, 'DuplicateListener');
    await refused('CreateListener', { ...listener, Port: '443', Protocol: 'HTTPS' }, 'UnsupportedProtocol');
    await refused('CreateRule', { ...rule, Priority: '1' }, 'PriorityInUse');
    await refused('ModifyRule', { RuleArn: defaultRuleArn, Actions: [FIXED] }, 'OperationNotPermitted');
    await refused('DeleteRule', { RuleArn: defaultRuleArn }, 'OperationNotPermitted');
    const attributes = (Key: string, Value: string) => ({ TargetGroupArn: group, Attributes: [{ Key, Value }] });
    const byApp = attributes('stickiness.type', 'app_cookie');
    await refused('ModifyTargetGroupAttributes', byApp, 'InvalidConfigurationRequest');
    await refused('ModifyTargetGroupAttributes', attributes('stickiness.enabled', 'yes'), 'ValidationError');
    await stage.call('ModifyTargetGroupAttributes', attributes('stickiness.enabled', 'true'));
    const two = [forward([group, 1], [await newGroup(stage), 1])];
    await refused('CreateRule', { ...rule, Priority: '2', Actions: two }, 'InvalidLoadBalancerAction');
  });

  it.each([
    ['a fourth value', [{ Field: 'path-pattern', Values: ['/a', '/b', '/c', '/d'] }], /'3' values/],
    ['a second path', [1, 2].map((n) => ({ Field: 'path-pattern', Values: [`/${n}`] })), /one 'path-pattern'/],
    ['six values', [1, 2, 3].map((n) => header(`X-${n}`, 'a', 'b')), /'5' condition values/],
    ['seven wildcards', [{ Field: 'path-pattern', Values: ['/*?*?*?*'] }], /'6' wildcards/],
    ['a regular expression', [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['x'] } }], /RegexValues/],
    ['one for a header', [{ Field: 'http-header', HttpHeaderConfig: { RegexValues: ['x'] } }], /RegexValues/],
    ['an unknown field', [{ Field: 'moon-phase', Values: ['full'] }], /moon-phase/],
    [
      'a method in lower case',
      [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }],
      /'get'/,
    ],
    ['an address without a prefix', [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1'] } }], /CIDR/],
    ['a prefix that is too long', [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1/33'] } }], /CIDR/],
    ['no configuration', [{ Field: 'query-string' }], /'QueryStringConfig'/],
    ['a pair without a value', [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a' }] } }], /Value/],
  ])('a rule with %s', async (_name, Conditions, message) => {
    const { arn } = await newListener(stage, FIXED);
    const input = { ListenerArn: arn, Priority: '1', Conditions, Actions: [FIXED] };
    await expect(stage.call('CreateRule', input)).rejects.toThrow(message);
    expect((await stage.call('DescribeRules', { ListenerArn: arn })).Rules).toHaveLength(1);
  });

  it('a name that is taken by something different', async () => {
    await stage.call('CreateTargetGroup', groupInput);
    await stage.call('CreateTargetGroup', groupInput);
    await expect(stage.call('CreateTargetGroup', { ...groupInput, Port: '81' })).rejects.toMatchObject({
      code: 'DuplicateTargetGroupName',
    });
    await stage.call('CreateLoadBalancer', { Name: 'a' });
    await expect(stage.call('CreateLoadBalancer', { Name: 'a', Scheme: 'internal' })).rejects.toMatchObject({
      code: 'DuplicateLoadBalancerName',
    });
  });
});

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  LoadBalancerNotFoundException,
  ModifyRuleCommand,
  RegisterTargetsCommand,
  waitUntilTargetInService,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallLog } from '../../src/call-record.js';
import { createApi } from '../../src/http/api.js';
import { oneAccount } from '../one-account.js';
import { createResponseCheck } from '../../src/schemas/response-check.js';
import { context, createStage, send, type Stage } from './stage.js';

let stage: Stage;
let api: Server;
let client: ElasticLoadBalancingV2Client;

beforeEach(async () => {
  stage = createStage();
  const handle = createApi({
    ...oneAccount({ accountId: context.accountId, region: context.region, services: [stage.elb] }),
    log: createCallLog(),
    check: createResponseCheck(),
  });
  api = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(api, 'listening');
  client = new ElasticLoadBalancingV2Client({
    endpoint: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  api.close();
  api.closeAllConnections();
  await stage.close();
});

it('is understood by the unmodified SDK, and understands it', async () => {
  const target = await stage.target((_request, response) => response.end('hello'));
  const newGroup = async (Name: string): Promise<string> => {
    const settings = { Name, Protocol: 'HTTP', Port: 8080, TargetType: 'ip', HealthCheckIntervalSeconds: 10 } as const;
    const { TargetGroups } = await client.send(new CreateTargetGroupCommand(settings));
    expect(TargetGroups).toMatchObject([{ Port: 8080, HealthCheckEnabled: true, HealthCheckIntervalSeconds: 10 }]);
    return TargetGroups?.[0]?.TargetGroupArn ?? '';
  };
  const [blue, green] = [await newGroup('blue'), await newGroup('green')];
  const { LoadBalancers } = await client.send(new CreateLoadBalancerCommand({ Name: 'web' }));
  expect(LoadBalancers).toMatchObject([{ State: { Code: 'provisioning' }, CreatedTime: expect.any(Date) }]);
  const { LoadBalancerArn, DNSName } = LoadBalancers?.[0] ?? {};
  const { Listeners } = await client.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 18_080,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const { ListenerArn, Port } = Listeners?.[0] ?? {};
  const { Rules } = await client.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/a/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: blue }],
    }),
  );
  const RuleArn = Rules?.[0]?.RuleArn ?? '';
  const Targets = [{ Id: target.target.id, Port: target.target.port }];
  await client.send(new RegisterTargetsCommand({ TargetGroupArn: blue, Targets }));
  await waitUntilTargetInService({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TargetGroupArn: blue });
  const health = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: blue }));
  expect(health.TargetHealthDescriptions).toMatchObject([{ Target: Targets[0], TargetHealth: { State: 'healthy' } }]);
  expect(await send(`http://${DNSName}:${Port}/a/b`)).toMatchObject({ status: 200, body: 'hello' });
  expect((await send(`http://${DNSName}:${Port}/b`)).status).toBe(404);

  const TargetGroups = [
    { TargetGroupArn: blue, Weight: 0 },
    { TargetGroupArn: green, Weight: 100 },
  ];
  await client.send(
    new ModifyRuleCommand({ RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
  );
  const described = await client.send(new DescribeRulesCommand({ ListenerArn }));
  expect(described.Rules?.[0]?.Actions?.[0]?.ForwardConfig).toEqual({
    TargetGroups,
    TargetGroupStickinessConfig: { Enabled: false },
  });
  expect(described.Rules?.map(({ IsDefault }) => IsDefault)).toEqual([false, true]);
  expect((await send(`http://${DNSName}:${Port}/a/b`)).status).toBe(503);
});

it('reports errors that the SDK knows as its own', async () => {
  const unknown = client.send(new DescribeLoadBalancersCommand({ Names: ['none'] }));
  await expect(unknown).rejects.toBeInstanceOf(LoadBalancerNotFoundException);
  const wrong = client.send(new DescribeLoadBalancersCommand({ PageSize: 500 }));
  await expect(wrong).rejects.toMatchObject({ name: 'ValidationError', $fault: 'client' });
});

import { describe, expect, it } from '@jest/globals';
import { createResponseCheck } from '../../src/schemas/response-check.js';
import { AwsError, type AwsService } from '../../src/service.js';

const check = createResponseCheck();
const service = (id: string, kind: 'json' | 'query'): AwsService => ({
  id,
  protocol: kind === 'json' ? { kind, version: '1.1', targetPrefix: 'Any' } : { kind, version: 'any' },
  operations: {},
  state: () => ({}),
  close: () => Promise.resolve(),
});
const ecs = service('ecs', 'json');
const elbv2 = service('elasticloadbalancing', 'query');

describe('what the SDK’s model does not have', () => {
  it.each([
    ['an unknown member', { services: [{ serviceNam: 'web' }] }, 'Unknown parameter: services[0].serviceNam.'],
    ['an unknown member at the top', { Services: [] }, 'Unknown parameter: Services.'],
    ['a text for a number', { services: [{ desiredCount: '2' }] }, 'services[0].desiredCount: it has to be a number'],
    ['no number', { services: [{ desiredCount: Number.NaN }] }, 'services[0].desiredCount'],
    ['a number for a flag', { services: [{ enableExecuteCommand: 1 }] }, 'services[0].enableExecuteCommand'],
    ['a text for a time', { services: [{ createdAt: '2026-01-02' }] }, 'services[0].createdAt: it has to be a time'],
    ['a structure for a list', { services: {} }, 'services: it has to be a list'],
    ['a list for a structure', { services: [[]] }, 'services[0]: it has to be a structure'],
    ['a hole in a list', { services: [undefined] }, 'services[0]'],
    ['null', { services: null }, 'services'],
    ['a value that is none of an enumeration', { services: [{ launchType: 'fargate' }] }, "services[0].launchType: 'f"],
    [
      'one in a list',
      { services: [{ deploymentConfiguration: { lifecycleHooks: [{ lifecycleStages: ['SOON'] }] } }] },
      "lifecycleHooks[0].lifecycleStages: 'SOON' is none of",
    ],
  ])('%s is refused by name', async (_what, output, message) => {
    await expect(check.output(ecs, 'DescribeServices', output)).rejects.toMatchObject({
      code: 'InternalFailure',
      status: 500,
      message: expect.stringContaining(message),
    });
  });

  it('is refused in Query services, whose times are Dates', async () => {
    const at = { LoadBalancers: [{ CreatedTime: 1 }] };
    await expect(check.output(elbv2, 'DescribeLoadBalancers', at)).rejects.toThrow('LoadBalancers[0].CreatedTime');
    const state = { TargetHealthDescriptions: [{ TargetHealth: { State: 'fine' } }] };
    await expect(check.output(elbv2, 'DescribeTargetHealth', state)).rejects.toThrow("TargetHealth.State: 'fine'");
  });

  it('is refused in errors', async () => {
    const refusal = (error: AwsError) => check.error(elbv2, 'DescribeRules', error);
    await expect(refusal(new AwsError('RuleNotFoundException', ''))).rejects.toThrow('The SDK knows no such error');
    await expect(refusal(new AwsError('RuleNotFound', '', { status: 404 }))).rejects.toThrow('has to be 400, not 404');
    const fields = { resourceIds: 'one' };
    await expect(check.error(ecs, 'UpdateService', new AwsError('ConflictException', '', { fields }))).rejects.toThrow(
      'resourceIds: it has to be a list',
    );
  });

  it('is an operation, or a service, that it does not know', async () => {
    await expect(check.output(ecs, 'Fly', {})).rejects.toThrow('The SDK knows no such operation');
    await expect(check.output(service('flying', 'json'), 'Fly', {})).rejects.toMatchObject({ code: 'LOCAL_AWS_MODEL' });
  });
});

describe('what the SDK’s model has', () => {
  it('passes', async () => {
    const services = [
      {
        serviceName: 'web',
        desiredCount: 2,
        createdAt: new Date(),
        launchType: 'FARGATE',
        events: [{ createdAt: 1767323045.678, message: 'began' }],
        status: undefined,
      },
    ];
    await check.output(ecs, 'DescribeServices', { services, failures: [] });
    await check.output(ecs, 'DescribeServiceDeployments', {
      serviceDeployments: [{ lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' }],
    });
    await check.output(elbv2, 'DescribeLoadBalancers', { LoadBalancers: [{ CreatedTime: new Date() }] });
    await check.error(elbv2, 'DescribeRules', new AwsError('RuleNotFound', ''));
    await check.error(ecs, 'DescribeServices', new AwsError('ThrottlingException', ''));
  });
});

/** An operation of Elastic Load Balancing, without HTTP between. */
export type Elb = (operation: string, input: object) => Promise<ElbAnswer>;

export interface ElbAnswer {
  readonly TargetGroups: readonly { readonly TargetGroupArn: string }[];
  readonly LoadBalancers: readonly { readonly LoadBalancerArn: string; readonly DNSName: string }[];
  readonly Listeners: readonly { readonly ListenerArn: string; readonly Port: number }[];
  readonly Rules: readonly {
    readonly RuleArn: string;
    readonly Actions: readonly {
      readonly ForwardConfig: { readonly TargetGroups: readonly { readonly TargetGroupArn: string; readonly Weight: number }[] };
    }[];
  }[];
}

/** What stands before a service. */
export interface Routes {
  readonly loadBalancer: string;
  readonly blue: string;
  readonly green: string;
  readonly production: { readonly rule: string; readonly url: string };
  readonly test: { readonly rule: string; readonly url: string };
}

/** createRoutes makes a load balancer with two target groups, a production and a test listener. */
export async function createRoutes(elb: Elb): Promise<Routes> {
  const group = async (name: string): Promise<string> => {
    const wanted = { Name: name, Protocol: 'HTTP', Port: '8080', TargetType: 'ip', VpcId: 'vpc-1' };
    return (await elb('CreateTargetGroup', wanted)).TargetGroups[0]?.TargetGroupArn ?? '';
  };
  const [blue, green] = [await group('blue'), await group('green')];
  const { LoadBalancers } = await elb('CreateLoadBalancer', { Name: 'lb', Subnets: ['subnet-1', 'subnet-2'] });
  const { LoadBalancerArn: loadBalancer = '', DNSName: host = '' } = LoadBalancers[0] ?? {};
  const route = async (port: string): Promise<{ rule: string; url: string }> => {
    const TargetGroups = [
      { TargetGroupArn: blue, Weight: '100' },
      { TargetGroupArn: green, Weight: '0' },
    ];
    const { Listeners } = await elb('CreateListener', {
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    });
    const { Rules } = await elb('DescribeRules', { ListenerArn: Listeners[0]?.ListenerArn });
    return { rule: Rules[0]?.RuleArn ?? '', url: `http://${host}:${Listeners[0]?.Port ?? 0}` };
  };
  return { loadBalancer, blue, green, production: await route('80'), test: await route('8080') };
}

import { describe, expect, it } from '@jest/globals';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { readEnumerations } from '../../src/schemas/enumerations.js';

describe('readEnumerations', () => {
  it('finds the values of members, and of lists', async () => {
    const ofEcs = await readEnumerations('@aws-sdk/client-ecs', ecs);
    expect(ofEcs('ServiceDeployment', 'status')).toEqual(Object.values(ecs.ServiceDeploymentStatus));
    expect(ofEcs('DeploymentLifecycleHook', 'lifecycleStages')).toContain('POST_TEST_TRAFFIC_SHIFT');
    expect(ofEcs('ServiceDeployment', 'lifecycleStage')).toContain('PRE_PRODUCTION_TRAFFIC_SHIFT');
    const ofElbv2 = await readEnumerations('@aws-sdk/client-elastic-load-balancing-v2', elbv2);
    expect(ofElbv2('TargetHealth', 'State')).toContain('draining');
  });

  it('finds none where any text will do', async () => {
    const ofEcs = await readEnumerations('@aws-sdk/client-ecs', ecs);
    expect(ofEcs('Service', 'serviceName')).toBeUndefined();
    expect(ofEcs('Service', 'events')).toBeUndefined();
    expect(ofEcs('Nothing', 'at all')).toBeUndefined();
  });
});

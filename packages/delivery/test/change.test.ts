import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  changeFor,
  explicit,
  ourPause,
  pausesFor,
  positionOf,
  sameSettings,
  shiftMinutes,
  type Intent,
  type ObservedService,
  type Settings,
} from '../src/index.js';

const INTENT: Intent = {
  alarms: [],
  forceNewDeployment: false,
  gateMinutes: { 'before-traffic': 0, step: 0, 'after-traffic': 0 },
  gatePlans: [],
  allow: [],
  ifInProgress: 'fail',
  timeoutMinutes: 60,
  onCancel: 'rollback',
};

const BALANCER = { targetGroupArn: 'blue', containerName: 'app', containerPort: 80 };
const SHIFTING = { ...BALANCER, alternateTargetGroupArn: 'green', productionListenerRule: 'rule' };

const service = (
  settings: Settings,
  loadBalancers: ObservedService['loadBalancers'] = [SHIFTING],
): ObservedService => ({
  name: 'web',
  desiredCount: 2,
  runningCount: 2,
  taskDefinitionArn: 'web:1',
  controller: 'ECS',
  settings,
  loadBalancers,
});

describe('changeFor', () => {
  it('sends nothing but the revision where a rolling update was asked for and is what the service does', () => {
    const change = changeFor(service({ strategy: 'ROLLING' }, []), INTENT);
    expect(change).toMatchObject({ sendsSettings: false, pauses: [] });
    expect(change.putBack).toBeUndefined();
  });

  it('sends and puts back the settings where another run left its own: they may go, or stay, at any moment', () => {
    const own = { strategy: 'ROLLING' };
    const change = changeFor({ ...service(own, []), hasLeftovers: true }, INTENT);
    expect(change).toMatchObject({ sendsSettings: true, putBack: own });
  });

  it('keeps what belongs to another strategy out of this one, and gives it back', () => {
    const own = { strategy: 'CANARY', bakeTimeInMinutes: 3, canaryConfiguration: { canaryPercent: 7 } };
    const { settings, putBack } = changeFor(service(own), { ...INTENT, strategy: 'linear', stepPercent: 20 });
    expect(settings).toMatchObject({
      strategy: 'LINEAR',
      bakeTimeInMinutes: 3,
      linearConfiguration: { stepPercent: 20 },
    });
    expect(settings).not.toHaveProperty('canaryConfiguration');
    expect(putBack).toEqual(own);
  });

  it('adds our pauses behind the hooks of the service, and our alarms to its own', () => {
    const hook = { targetType: 'AWS_LAMBDA', lifecycleStages: ['POST_SCALE_UP'] };
    const alarms = { alarmNames: ['own'], enable: true, rollback: false };
    const own = { strategy: 'BLUE_GREEN', lifecycleHooks: [hook], alarms };
    const { settings, putBack } = changeFor(service(own), { ...INTENT, alarms: ['ours', 'own'] });
    expect(settings.lifecycleHooks).toHaveLength(3);
    expect(settings.lifecycleHooks?.[0]).toEqual(hook);
    expect(settings.alarms).toEqual({ alarmNames: ['own', 'ours'], enable: true, rollback: true });
    expect(putBack).toEqual(own);
  });

  it('moves a service to two target groups, and leaves it there', () => {
    const move = { alternateTargetGroupArn: 'green', productionListenerRule: 'rule', roleArn: 'role' };
    const intent = { ...INTENT, strategy: 'all-at-once', move } as const;
    const change = changeFor(service({ strategy: 'ROLLING' }, [BALANCER]), intent);
    expect(change.loadBalancers).toEqual([{ ...BALANCER, ...move }]);
    expect(change.putBack?.strategy).toBe('BLUE_GREEN');
    expect(explicit(change.putBack ?? {}).lifecycleHooks).toEqual([]);
  });

  it.each([
    ['without a load balancer', service({ strategy: 'ROLLING' }, [])],
    ['without a second target group', service({ strategy: 'ROLLING' }, [BALANCER])],
    ['of another controller', { ...service({ strategy: 'BLUE_GREEN' }), controller: 'CODE_DEPLOY' }],
  ])('refuses to shift traffic of a service %s', (_title, observed) => {
    expect(() => changeFor(observed, { ...INTENT, strategy: 'canary' })).toThrow(
      expect.objectContaining({ code: 'DEPLOY_STRATEGY_UNSUPPORTED' }),
    );
  });
});

describe('pausesFor', () => {
  it('gives every gate its time and the margin before the hook expires', () => {
    const minutes = fc.integer({ min: 0, max: 600 });
    fc.assert(
      fc.property(minutes, minutes, minutes, (before, step, after) => {
        const gateMinutes = { 'before-traffic': before, step, 'after-traffic': after };
        const [first, last] = pausesFor({ strategy: 'CANARY' }, { gateMinutes });
        return (
          (first?.timeoutConfiguration.timeoutInMinutes ?? 0) >= Math.max(before, step) + 2 &&
          (last?.timeoutConfiguration.timeoutInMinutes ?? 0) >= after + 2
        );
      }),
    );
  });

  it('never has the length of a pause of the service’s own', () => {
    const own = [4, 6, 8].map((timeoutInMinutes) => ({
      targetType: 'PAUSE',
      lifecycleStages: ['POST_SCALE_UP'],
      timeoutConfiguration: { timeoutInMinutes },
    }));
    const pauses = pausesFor({ strategy: 'BLUE_GREEN', lifecycleHooks: own }, INTENT);
    for (const { timeoutConfiguration } of pauses) {
      for (const hook of own) {
        expect(
          Math.abs(timeoutConfiguration.timeoutInMinutes - hook.timeoutConfiguration.timeoutInMinutes),
        ).toBeGreaterThanOrEqual(2);
      }
    }
  });
});

describe('ourPause', () => {
  const pauses = pausesFor({ strategy: 'BLUE_GREEN' }, INTENT);
  const hook = (id: string, minutes: number, status = 'AWAITING_ACTION') => ({
    id,
    targetType: 'PAUSE',
    status,
    expiresAt: new Date(minutes * 60_000),
  });
  const reading = { pauses, firstSeen: () => 0, minuteMs: 60_000 };

  it('is the one that waits', () => {
    const hooks = [hook('done', 4, 'SUCCEEDED'), hook('open', 4)];
    expect(ourPause({ ...reading, hooks, hasForeignPauses: false })?.id).toBe('open');
  });

  it('is not a person’s', () => {
    const hooks = [hook('theirs', 1440), hook('ours', 4)];
    expect(ourPause({ ...reading, hooks, hasForeignPauses: true })?.id).toBe('ours');
    expect(ourPause({ ...reading, hooks: [hook('theirs', 1440)], hasForeignPauses: true })).toBeUndefined();
  });
});

describe('positionOf', () => {
  it.each([
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 0, 'before-traffic'],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 10, 'step'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 100, 'after-traffic'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 0, 'after-traffic'],
    [undefined, 100, 'after-traffic'],
  ] as const)('%s at %i %%: %s', (stage, share, position) => {
    expect(positionOf(stage, share)).toBe(position);
  });
});

describe('shiftMinutes', () => {
  it.each([
    [{ strategy: 'BLUE_GREEN' }, 0],
    [{ strategy: 'CANARY' }, 10],
    [{ strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 3 } }, 3],
    [{ strategy: 'LINEAR' }, 54],
    [{ strategy: 'LINEAR', linearConfiguration: { stepPercent: 33, stepBakeTimeInMinutes: 5 } }, 15],
  ] as const)('%j takes %i', (settings, minutes) => {
    expect(shiftMinutes(settings)).toBe(minutes);
  });
});

describe('sameSettings', () => {
  it('does not care about order, nor about absent and empty', () => {
    expect(sameSettings({ strategy: 'BLUE_GREEN', lifecycleHooks: [] }, { strategy: 'BLUE_GREEN' })).toBe(true);
    expect(sameSettings({ strategy: 'BLUE_GREEN' }, { strategy: 'ROLLING' })).toBe(false);
  });
});

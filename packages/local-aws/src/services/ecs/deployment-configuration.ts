import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { invalidParameter, unsupported } from './errors.js';
import { ROLLING_DEFAULTS } from './service-deployments/rolling.js';
import { PAUSE_STAGES } from './service-deployments/stages.js';
import { refuseUnsupported } from './supported.js';

/** AWS's limits: 24 hours for bake times, 14 days for a hook. */
const MOST_BAKE_MINUTES = 1440;
const MOST_HOOK_MINUTES = 20_160;

/**
 * mergeDeploymentConfiguration puts what a call gave over what the service has, member by member. What belongs to
 * another strategy alone does not outlast a change of strategy.
 *
 * @throws AwsError InvalidParameterException
 */
export function mergeDeploymentConfiguration(
  current: DeploymentConfiguration | undefined,
  given: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  const kept = { ...ROLLING_DEFAULTS, strategy: 'ROLLING' as const, ...current };
  if (given?.strategy !== undefined && given.strategy !== kept.strategy) {
    delete kept.canaryConfiguration;
    delete kept.linearConfiguration;
    if (given.strategy === 'ROLLING') delete kept.lifecycleHooks;
  }
  const merged: DeploymentConfiguration = { ...kept, ...structuredClone(given) };
  checkConfiguration(merged);
  return merged;
}

function checkConfiguration(configuration: DeploymentConfiguration): void {
  const { strategy, deploymentCircuitBreaker: breaker } = configuration;
  if (strategy === undefined || !['ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR'].includes(strategy)) {
    throw invalidParameter(`The deployment strategy ${String(strategy)} is not valid.`);
  }
  refuseUnsupported(configuration, ['earlySuccessCriteria'], 'deploymentConfiguration.');
  if (breaker && (typeof breaker.enable !== 'boolean' || typeof breaker.rollback !== 'boolean')) {
    throw invalidParameter('deploymentCircuitBreaker needs both enable and rollback.');
  }
  within('minimumHealthyPercent', configuration.minimumHealthyPercent, [0, 100]);
  within('maximumPercent', configuration.maximumPercent, [100, 200]);
  within('bakeTimeInMinutes', configuration.bakeTimeInMinutes, [0, MOST_BAKE_MINUTES]);
  if (strategy === 'BLUE_GREEN' && configuration.bakeTimeInMinutes === undefined) {
    throw invalidParameter('bakeTimeInMinutes is required for the BLUE_GREEN deployment strategy.');
  }
  checkSteps(configuration);
  const hooks = configuration.lifecycleHooks ?? [];
  if (strategy === 'ROLLING' && hooks.length > 0) {
    throw invalidParameter('lifecycleHooks are not supported with the ROLLING deployment strategy.');
  }
  hooks.forEach((hook, index) => checkHook(hook, `deploymentConfiguration.lifecycleHooks[${index}]`));
}

function checkSteps({ strategy, canaryConfiguration, linearConfiguration }: DeploymentConfiguration): void {
  if (canaryConfiguration && strategy !== 'CANARY') {
    throw invalidParameter('canaryConfiguration is only valid with the CANARY deployment strategy.');
  }
  if (linearConfiguration && strategy !== 'LINEAR') {
    throw invalidParameter('linearConfiguration is only valid with the LINEAR deployment strategy.');
  }
  tenths('canaryPercent', canaryConfiguration?.canaryPercent, [0.1, 100]);
  within('canaryBakeTimeInMinutes', canaryConfiguration?.canaryBakeTimeInMinutes, [0, MOST_BAKE_MINUTES]);
  tenths('stepPercent', linearConfiguration?.stepPercent, [3, 100]);
  within('stepBakeTimeInMinutes', linearConfiguration?.stepBakeTimeInMinutes, [0, MOST_BAKE_MINUTES]);
}

function checkHook(hook: DeploymentLifecycleHook, path: string): void {
  if (hook.targetType !== 'PAUSE') throw unsupported(`${path}.targetType`, hook.targetType ?? 'AWS_LAMBDA');
  for (const member of ['hookTargetArn', 'hookDetails', 'roleArn'] as const) {
    if (hook[member] !== undefined) throw invalidParameter(`${path}.${member} is not applicable for PAUSE hooks.`);
  }
  const stages = hook.lifecycleStages ?? [];
  if (stages.length === 0) throw invalidParameter(`${path}.lifecycleStages must name a stage.`);
  for (const stage of stages) {
    if (PAUSE_STAGES.includes(stage)) continue;
    throw invalidParameter(`${path}: PAUSE hooks are not supported at the lifecycle stage ${stage}.`);
  }
  within(`${path}.timeoutInMinutes`, hook.timeoutConfiguration?.timeoutInMinutes, [1, MOST_HOOK_MINUTES]);
  const action = hook.timeoutConfiguration?.action;
  if (action !== undefined && action !== 'ROLLBACK' && action !== 'CONTINUE') {
    throw invalidParameter(`${path}.timeoutConfiguration.action ${String(action)} is not valid.`);
  }
}

type Range = readonly [least: number, most: number];

function within(name: string, value: number | undefined, [least, most]: Range): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw invalidParameter(`${name} must be a whole number from ${least} to ${most}.`);
}

function tenths(name: string, value: number | undefined, [least, most]: Range): void {
  const whole = value === undefined || Math.abs(value * 10 - Math.round(value * 10)) < 1e-6;
  if (whole && (value === undefined || (value >= least && value <= most))) return;
  throw invalidParameter(`${name} must be a multiple of 0.1 from ${least} to ${most}.`);
}

import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.js';
import { addEvent, alarmDetected } from '../events.js';
import type { AlarmWatchRecord, Ecs } from '../model.js';
import type { DeploymentRun } from './run.js';

/** createAlarmWatch returns the deployment alarms of a new service deployment. */
export function createAlarmWatch({ alarms }: DeploymentConfiguration): AlarmWatchRecord {
  const watched = alarms?.enable ? [...(alarms.alarmNames ?? [])] : [];
  return { status: watched.length > 0 ? 'MONITORING' : 'DISABLED', alarmNames: watched, triggered: [] };
}

/**
 * requireAlarms refuses deployment alarms that do not exist.
 *
 * @throws AwsError InvalidParameterException
 */
export function requireAlarms(ecs: Ecs, configuration: DeploymentConfiguration | undefined): void {
  const { alarms } = configuration ?? {};
  if (!alarms?.enable) return;
  if (!alarms.alarmNames?.length) throw invalidParameter('alarmNames can not be empty when alarms are enabled.');
  for (const name of alarms.alarmNames) {
    if (!ecs.alarmStates.alarm(name))
      throw invalidParameter(`The deployment alarms name ${name}, which does not exist.`);
  }
}

/**
 * watchAlarms follows the deployment alarms until the function that it returns is called; `onTriggered` hears of the
 * first that goes to ALARM. When one of them is in ALARM already, all are ignored for the whole deployment, as
 * documented: they could tell nothing of it.
 */
export function watchAlarms({ ecs, service, deployment }: DeploymentRun, onTriggered: () => void): () => void {
  const { alarmWatch: watch, fleet } = deployment;
  if (watch.status !== 'MONITORING') return () => undefined;
  if (watch.alarmNames.some((name) => ecs.alarmStates.alarm(name)?.state === 'ALARM')) {
    watch.status = 'DISABLED';
    return () => undefined;
  }
  const stop = ecs.alarmStates.onAlarm((name) => {
    if (!watch.alarmNames.includes(name) || deployment.status !== 'IN_PROGRESS') return;
    watch.status = 'TRIGGERED';
    watch.triggered.push(name);
    addEvent(ecs, service, alarmDetected(fleet));
    onTriggered();
  });
  return () => {
    stop();
    if (watch.status === 'MONITORING') watch.status = 'MONITORING_COMPLETE';
  };
}

/**
 * bakeSeconds returns how long alarms are watched after a rolling update, in seconds of the world: as configured or,
 * with alarms, as long as the slowest of them looks back. ECS computes it from the alarms too, and tells no formula.
 */
export function bakeSeconds({ ecs, deployment }: DeploymentRun): number {
  const { bakeTimeInMinutes: minutes } = deployment.configuration;
  if (minutes !== undefined) return minutes * 60;
  const { status, alarmNames } = deployment.alarmWatch;
  const looks = alarmNames.map((name) => ecs.alarmStates.alarm(name)?.evaluationSeconds ?? 0);
  return status === 'MONITORING' ? Math.max(0, ...looks) : 0;
}

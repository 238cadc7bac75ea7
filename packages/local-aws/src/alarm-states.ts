/** How ECS meets CloudWatch inside local-aws: the alarms that a service deployment is watched by. */
export interface AlarmStates {
  /** An alarm of the world's region; undefined when there is none of that name. */
  alarm(name: string): AlarmStatus | undefined;
  /** onAlarm calls back with the name of each alarm that goes to ALARM, until the function that it returns is called. */
  onAlarm(listener: (name: string) => void): () => void;
}

/** AlarmStatus is an alarm's state now. */
export interface AlarmStatus {
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Seconds of the world that it looks back: its period times its evaluation periods. */
  readonly evaluationSeconds: number;
}

/** NO_ALARMS is a world without CloudWatch. */
export const NO_ALARMS: AlarmStates = { alarm: () => undefined, onAlarm: () => () => undefined };

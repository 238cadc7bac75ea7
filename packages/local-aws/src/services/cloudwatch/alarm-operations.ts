import type {
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmsInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../service.js';
import { alarmSettingsOf } from './alarm-input.js';
import type { Alarm, Alarms } from './alarms.js';
import { alarmNotFound, refuseGiven, unsupported } from './errors.js';
import type { AlarmState } from './evaluate.js';
import { requireOneOf, requireText, requireWhole } from './metric-input.js';
import { operation, type OnTheWire } from './operations.js';
import { msOf } from './points.js';
import { pageOf } from './paging.js';

const STATES: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
/** AWS's limits. */
const PAGE_SIZE = { min: 1, max: 100 };
const LONGEST_REASON = 1_023;

/** alarmOperations are the calls on alarms. */
export function alarmOperations(alarms: Alarms): Readonly<Record<string, Operation>> {
  return {
    ...operation<PutMetricAlarmInput>('PutMetricAlarm', (input, context) => {
      alarms.put(context, alarmSettingsOf(input, context.region));
      return {};
    }),
    ...operation<DescribeAlarmsInput>('DescribeAlarms', (input, { region }) => describe(alarms, input, region)),
    ...operation<DeleteAlarmsInput>('DeleteAlarms', ({ AlarmNames: names = [] }, { region }) => {
      for (const name of names) alarms.delete(region, name);
      return {};
    }),
    ...operation<SetAlarmStateInput>('SetAlarmState', (input, { region }) => {
      const alarm = alarms.find(region, input.AlarmName ?? '');
      requireOneOf('StateValue', input.StateValue, STATES);
      const reason = requireText('StateReason', input.StateReason, LONGEST_REASON);
      if (!alarm) throw alarmNotFound();
      alarms.change(alarm, { state: input.StateValue as AlarmState, reason, reasonData: input.StateReasonData });
      return {};
    }),
    ...operation<DescribeAlarmHistoryInput>('DescribeAlarmHistory', (input, { region }) =>
      history(alarms, input, region),
    ),
  };
}

function describe(alarms: Alarms, input: OnTheWire<DescribeAlarmsInput>, region: string): object {
  refuseGiven(input, ['ChildrenOfAlarmName', 'ParentsOfAlarmName', 'ActionPrefix']);
  requireOneOf('StateValue', input.StateValue, STATES);
  // Composite alarms cannot be made here: whoever asks for them too is told that there are none.
  const types: readonly string[] = input.AlarmTypes ?? ['MetricAlarm'];
  const strange = types.find((type) => !['MetricAlarm', 'CompositeAlarm'].includes(type));
  if (strange !== undefined) throw unsupported('AlarmTypes', strange);
  const size = requireWhole('MaxRecords', input.MaxRecords ?? PAGE_SIZE.max, PAGE_SIZE);
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state } = input;
  const chosen = alarms
    .list(region)
    .filter(() => types.includes('MetricAlarm'))
    .filter(({ settings }) => !names?.length || names.includes(settings.name))
    .filter(({ settings }) => prefix === undefined || settings.name.startsWith(prefix))
    .filter((alarm) => state === undefined || alarm.state === state);
  const { items, nextToken } = pageOf(chosen, { size, token: input.NextToken });
  return { MetricAlarms: items.map(alarmView), CompositeAlarms: [], NextToken: nextToken };
}

function alarmView(alarm: Alarm): object {
  return {
    AlarmArn: alarm.arn,
    ...alarm.settings.shown,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateReasonData: alarm.reasonData,
    StateUpdatedTimestamp: alarm.changedAt,
    StateTransitionedTimestamp: alarm.changedAt,
  };
}

/** The history of an alarm that was deleted goes with it: an alarm of that name made later is another one. */
function history(alarms: Alarms, input: OnTheWire<DescribeAlarmHistoryInput>, region: string): object {
  refuseGiven(input, ['AlarmContributorId', 'AlarmTypes']);
  requireOneOf('ScanBy', input.ScanBy, ['TimestampDescending', 'TimestampAscending']);
  const size = requireWhole('MaxRecords', input.MaxRecords ?? PAGE_SIZE.max, PAGE_SIZE);
  const { StartDate: start = -Infinity, EndDate: end = Infinity, HistoryItemType: type } = input;
  const chosen = alarms
    .list(region)
    .filter(({ settings }) => input.AlarmName === undefined || settings.name === input.AlarmName)
    .flatMap((alarm) => alarm.history.map((item) => ({ name: alarm.settings.name, ...item })))
    .filter((item) => type === undefined || item.type === type)
    .filter(({ at }) => at.getTime() >= msOf(start) && at.getTime() <= msOf(end))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
  const ordered = input.ScanBy === 'TimestampAscending' ? chosen : chosen.reverse();
  const { items, nextToken } = pageOf(ordered, { size, token: input.NextToken });
  return {
    AlarmHistoryItems: items.map(({ name, at, type: itemType, summary, data }) => ({
      AlarmName: name,
      AlarmType: 'MetricAlarm',
      Timestamp: at,
      HistoryItemType: itemType,
      HistorySummary: summary,
      HistoryData: data,
    })),
    NextToken: nextToken,
  };
}

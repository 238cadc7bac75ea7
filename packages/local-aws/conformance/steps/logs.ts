import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartLiveTailCommand,
  type StartLiveTailCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { kept, step, type Stage, type Step } from '../step.js';

const group = ({ prefix }: Stage): string => `/${prefix}/web`;
const stream = (s: Stage) => ({ logGroupName: group(s), logStreamName: 'web/1' });
const none = ({ prefix }: Stage) => ({ logGroupName: `/${prefix}/none` });

/** LOGS_STEPS are the calls of CloudWatch Logs. */
export const LOGS_STEPS: readonly Step[] = [
  step('logs:CreateLogGroup', 'a new one', (s) => s.logs.send(new CreateLogGroupCommand({ logGroupName: group(s) }))),
  step('logs:CreateLogGroup', 'a second time', (s) =>
    s.logs.send(new CreateLogGroupCommand({ logGroupName: group(s) })),
  ),
  step('logs:PutRetentionPolicy', 'a week', (s) =>
    s.logs.send(new PutRetentionPolicyCommand({ logGroupName: group(s), retentionInDays: 7 })),
  ),
  step('logs:DescribeLogGroups', 'by prefix', async (s) => {
    const answer = await s.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group(s) }));
    // The group's own ARN, without that of all its streams.
    s.kept.set('group', answer.logGroups?.[0]?.arn?.replace(/:\*$/, '') ?? '');
    return answer;
  }),
  step('logs:DeleteRetentionPolicy', 'of a group', (s) =>
    s.logs.send(new DeleteRetentionPolicyCommand({ logGroupName: group(s) })),
  ),
  step('logs:CreateLogStream', 'a new one', (s) => s.logs.send(new CreateLogStreamCommand(stream(s)))),
  step('logs:CreateLogStream', 'a second time', (s) => s.logs.send(new CreateLogStreamCommand(stream(s)))),
  step('logs:CreateLogStream', 'in a group that is not', (s) =>
    s.logs.send(new CreateLogStreamCommand({ ...none(s), logStreamName: 'web/1' })),
  ),
  step('logs:PutLogEvents', 'one line', (s) => {
    const logEvents = [{ timestamp: Date.now(), message: 'hello' }];
    return s.logs.send(new PutLogEventsCommand({ ...stream(s), logEvents }));
  }),
  step('logs:PutLogEvents', 'into a stream that is not', (s) => {
    const logEvents = [{ timestamp: Date.now(), message: 'hello' }];
    return s.logs.send(new PutLogEventsCommand({ ...stream(s), logStreamName: 'none', logEvents }));
  }),
  step('logs:DescribeLogStreams', 'of a group', (s) =>
    s.logs.send(new DescribeLogStreamsCommand({ logGroupName: group(s) })),
  ),
  step('logs:GetLogEvents', 'from the start', (s) =>
    s.logs.send(new GetLogEventsCommand({ ...stream(s), startFromHead: true })),
  ),
  step('logs:GetLogEvents', 'of a group that is not', (s) =>
    s.logs.send(new GetLogEventsCommand({ ...none(s), logStreamName: 'web/1' })),
  ),
  step('logs:FilterLogEvents', 'of a group', (s) =>
    s.logs.send(new FilterLogEventsCommand({ logGroupName: group(s) })),
  ),
  step('logs:StartLiveTail', 'of a group', (s) => startOf(s, { logGroupIdentifiers: [kept(s, 'group')] })),
  step('logs:StartLiveTail', 'of a stream, by a pattern', (s) =>
    startOf(s, {
      logGroupIdentifiers: [kept(s, 'group')],
      logStreamNames: ['web/1'],
      logEventFilterPattern: 'hello',
    }),
  ),
  step('logs:StartLiveTail', 'of more groups than there may be', (s) =>
    startOf(s, { logGroupIdentifiers: Array<string>(11).fill(kept(s, 'group')) }),
  ),
  step('logs:StartLiveTail', 'of a group that is not', (s) =>
    startOf(s, { logGroupIdentifiers: [kept(s, 'group').replace(/web$/, 'none')] }),
  ),
  step('logs:DeleteLogStream', 'one', (s) => s.logs.send(new DeleteLogStreamCommand(stream(s)))),
  step('logs:DeleteLogGroup', 'one', (s) => s.logs.send(new DeleteLogGroupCommand({ logGroupName: group(s) }))),
  step('logs:DeleteLogGroup', 'one that is not', (s) => s.logs.send(new DeleteLogGroupCommand(none(s)))),
];

/** What a session is told when it begins, but for the ids that each has of its own; what comes after is a matter of time. */
async function startOf({ logs }: Stage, input: StartLiveTailCommandInput): Promise<object> {
  const answer = await logs.send(new StartLiveTailCommand(input));
  for await (const { sessionStart } of answer.responseStream ?? []) {
    return { ...sessionStart, requestId: undefined, sessionId: undefined };
  }
  return {};
}

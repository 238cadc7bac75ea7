import { CloudWatchLogsClient, GetLogEventsCommand, type OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsConfiguration } from './configuration.js';
import { awsErrorName, fromAws } from './errors.js';
import type { LogLine, LogsPort, LogStream } from './logs-types.js';

/** createLogs returns CloudWatch Logs behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createLogs(configuration: AwsConfiguration): LogsPort {
  const clients = new Map<string, CloudWatchLogsClient>();
  const clientFor = (region = configuration.region): CloudWatchLogsClient => {
    const client = clients.get(region) ?? new CloudWatchLogsClient({ ...configuration, region });
    clients.set(region, client);
    return client;
  };
  const read = async (stream: LogStream, how: Reading) => {
    const { group: logGroupName, stream: logStreamName } = stream;
    try {
      return await clientFor(stream.region).send(new GetLogEventsCommand({ logGroupName, logStreamName, ...how }));
    } catch (error) {
      // A stream is made with its first line.
      if (awsErrorName(error) === 'ResourceNotFoundException') return undefined;
      throw fromAws('logs:GetLogEvents', error);
    }
  };
  return {
    page: async ({ token, ...stream }) => {
      const answer = await read(stream, { startFromHead: true, ...(token ? { nextToken: token } : {}) });
      return answer && { lines: (answer.events ?? []).map(readLine), token: answer.nextForwardToken ?? token ?? '' };
    },
    tail: async (stream, limit) => {
      const answer = await read(stream, { startFromHead: false, limit });
      return (answer?.events ?? []).map(readLine);
    },
  };
}

interface Reading {
  readonly startFromHead: boolean;
  readonly limit?: number;
  readonly nextToken?: string;
}

function readLine({ timestamp = 0, message = '' }: OutputLogEvent): LogLine {
  return { at: new Date(timestamp), message: message.replace(/\r?\n$/, '') };
}

import { setMaxListeners } from 'node:events';
import type {
  FilterLogEventsRequest,
  GetLogEventsRequest,
  PutLogEventsRequest,
  StartLiveTailRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ContainerLogs } from '../../container-logs.js';
import type { AwsService } from '../../service.js';
import type { World } from '../../world.js';
import { refuseGiven } from './errors.js';
import { filterLogEvents } from './filter-log-events.js';
import { getLogEvents } from './get-log-events.js';
import { groupOperations } from './group-operations.js';
import { identifierOf } from './identifier.js';
import { startLiveTail } from './live-tail.js';
import { LogGroups } from './log-groups.js';
import { operation } from './operations.js';
import { putLogEvents } from './put-log-events.js';

/** LogsService is CloudWatch Logs as its callers see it, and as tasks write to it from within. */
export type LogsService = AwsService & { readonly containerLogs: ContainerLogs };

/** createLogsService makes a CloudWatch Logs that keeps its groups in memory. */
export function createLogsService(world: World): LogsService {
  const groups = new LogGroups(world);
  const closing = new AbortController();
  // Every live tail waits for it: Node takes more than ten for a leak.
  setMaxListeners(0, closing.signal);
  return {
    id: 'logs',
    protocol: { kind: 'json', version: '1.1', targetPrefix: 'Logs_20140328' },
    operations: {
      ...groupOperations(groups),
      ...operation<PutLogEventsRequest>('PutLogEvents', (input, { region }) => putLogEvents(groups, input, region)),
      ...operation<GetLogEventsRequest>('GetLogEvents', (input, { region }) => {
        refuseGiven(input, ['unmask']);
        return getLogEvents(groups.stream({ region, name: identifierOf(input) }, input.logStreamName), input);
      }),
      ...operation<FilterLogEventsRequest>('FilterLogEvents', (input, { region }) =>
        filterLogEvents(groups, input, region),
      ),
      ...operation<StartLiveTailRequest>('StartLiveTail', (input, { region, requestId }) =>
        startLiveTail(groups, input, { region, requestId, closing: closing.signal }),
      ),
    },
    containerLogs: containerLogsOf(groups),
    state: () => ({
      logGroups: groups.list(world.region).map(({ name, streams }) => ({
        name,
        streams: [...streams.values()].map((stream) => ({ name: stream.name, events: stream.events.length })),
      })),
    }),
    close: () => {
      closing.abort();
      return Promise.resolve();
    },
  };
}

function containerLogsOf(groups: LogGroups): ContainerLogs {
  return {
    open: ({ region, group: name, stream: streamName, createsGroup }) => {
      const group = groups.find({ region, name }) ?? (createsGroup ? groups.create({ region, name }) : undefined);
      const { streams } = group ?? groups.get({ region, name });
      const stream = streams.get(streamName) ?? groups.createStream(groups.get({ region, name }), streamName);
      return {
        // CloudWatch Logs has no empty events; the driver leaves empty lines out.
        write: (line) => {
          const now = groups.nowMs();
          if (line !== '') stream.add({ timestamp: now, message: line }, now);
        },
      };
    },
  };
}

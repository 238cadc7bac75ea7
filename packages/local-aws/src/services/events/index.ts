import type { CreateEventBusRequest, DeleteEventBusRequest, ListEventBusesRequest } from '@aws-sdk/client-eventbridge';
import type { AwsService, Operation } from '../../service.js';
import type { World } from '../../world.js';
import { Buses, type Bus } from './buses.js';
import { refuseOthers } from './errors.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';
import { ruleOperations } from './rule-operations.js';

/** createEventsService makes an EventBridge that keeps rules and their targets, and starts nothing by them. */
export function createEventsService(world: World): AwsService {
  const buses = new Buses(world);
  return {
    id: 'events',
    protocol: { kind: 'json', version: '1.1', targetPrefix: 'AWSEvents' },
    operations: { ...busOperations(buses), ...ruleOperations(buses) },
    state: () => ({
      buses: buses.list(world.region).map(({ name, rules }) => ({
        name,
        rules: [...rules.values()].map((rule) => ({ name: rule.name, targets: [...rule.targets.keys()] })),
      })),
    }),
    close: () => Promise.resolve(),
  };
}

function busOperations(buses: Buses): Readonly<Record<string, Operation>> {
  return {
    ...operation<CreateEventBusRequest>('CreateEventBus', (input, { region }) => {
      refuseOthers(input, ['Name']);
      return { EventBusArn: buses.create(region, input.Name ?? '').arn };
    }),
    ...operation<DeleteEventBusRequest>('DeleteEventBus', (input, { region }) => {
      buses.delete(region, input.Name ?? '');
      return {};
    }),
    ...operation<ListEventBusesRequest>('ListEventBuses', (input, { region }) => {
      const found = buses.list(region).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      const { items, NextToken } = pageOf(found, input);
      return { EventBuses: items.map(busView), NextToken };
    }),
  };
}

function busView({ name, arn, createdAt }: Bus): object {
  const time = createdAt.getTime() / 1000;
  return { Name: name, Arn: arn, CreationTime: time, LastModifiedTime: time };
}

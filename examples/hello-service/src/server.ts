import { hostname } from 'node:os';
import { readConfig, type Config } from './config.ts';
import { DRAIN_LIMITS } from './drain.ts';
import { dynamoDbStore } from './dynamodb-store.ts';
import { jsonLog, messageOf, type Log } from './log.ts';
import { startService } from './service.ts';
import { memoryStore } from './store.ts';

const write = (line: string): void => void process.stdout.write(line);

/** main runs the service until it is told to stop; resolves to the exit code. */
async function main(): Promise<number> {
  // First of all: as process 1 of a container, a signal without a listener would be ignored.
  const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
  });
  let log = jsonLog({ service: 'hello-service' }, write);
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    log.error('bad-configuration', { reason: messageOf(error) });
    return 1;
  }
  log = jsonLog({ service: 'hello-service', version: config.version, host: hostname() }, write);
  return serve(config, log, stopSignal);
}

async function serve(config: Config, log: Log, stopSignal: Promise<NodeJS.Signals>): Promise<number> {
  const store = config.dynamoDb ? dynamoDbStore(config.dynamoDb) : memoryStore();
  try {
    const { port, version, fault } = config;
    const service = await startService({ port, version, store, log, ...(fault ? { fault } : {}) });
    log.info('listening', { port: service.port, state: config.dynamoDb?.table ?? 'memory' });
    const ready = service.ready.then(() => {
      log.info('ready');
      return stopSignal;
    });
    // A signal may come before the store has answered.
    const signal = await Promise.race([stopSignal, ready]);
    log.info('stopping', { signal });
    const unanswered = await service.stop(DRAIN_LIMITS);
    log[unanswered > 0 ? 'error' : 'info']('stopped', { unanswered });
    return unanswered > 0 ? 1 : 0;
  } catch (error) {
    log.error('not-started', { reason: messageOf(error) });
    return 1;
  }
}

process.exit(await main());

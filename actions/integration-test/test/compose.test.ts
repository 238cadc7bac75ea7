import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ComposedContainer } from '../src/compose/compose.js';
import { modelOf } from '../src/compose/model.js';
import { run } from '../src/run.js';
import { makeSetting, type Setting } from './setting.js';
import { SimpleEngine, type Behaviour } from './simple-engine.js';

describe('modelOf', () => {
  const config = {
    services: {
      db: { image: 'postgres:16', environment: { PASSWORD: 'a$$b', EMPTY: null } },
      helper: { build: { context: '.' } },
    },
    networks: { default: { name: 'x_default' }, given: { external: true } },
    volumes: { data: { name: 'x_data' } },
  };

  it('labels all that compose makes, and nothing that was there before', () => {
    const labels = { 'slipway.run': '7-1-x' };
    expect(JSON.parse(modelOf(config, 'slipway.run=7-1-x').override)).toEqual({
      services: { db: { labels }, helper: { labels, build: { labels } } },
      networks: { default: { labels } },
      volumes: { data: { labels } },
    });
  });

  it('names the services and the values of their variables', () => {
    expect(modelOf(config, 'a=b')).toMatchObject({ services: ['db', 'helper'], values: ['a$b'] });
  });

  it('bears anything', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(modelOf(value, 'a=b').services).toBeInstanceOf(Array)));
  });
});

describe('compose-file', () => {
  let setting: Setting;
  let engine: SimpleEngine;
  afterEach(() => setting.close());

  const DB: ComposedContainer = { id: 'd1', name: 'p-db-1', service: 'db', networks: ['p_default'] };

  async function start(behaviour: Behaviour, found: readonly ComposedContainer[]) {
    const script = 'console.log("at", process.env.DB_CONTAINER, process.env.DB_PORT)';
    const inputs = {
      'compose-file': 'compose.yml',
      environment: { WORD: 'w' },
      command: JSON.stringify([process.execPath, '-e', script]),
    };
    setting = await makeSetting(inputs);
    engine = new SimpleEngine(behaviour);
    engine.compose.model = { services: { db: { environment: { SECRET: 'canary-of-compose' } } } };
    engine.compose.found = found;
    engine.compose.says = ['::error::canary-of-compose'];
    const serveImage = () => Promise.resolve({ host: '127.0.0.1:5', platforms: [], close: () => Promise.resolve() });
    return run(setting.context, { openEngine: () => engine, newId: () => 'x1', serveImage });
  }

  const running: Behaviour = { answer: (_, response) => response.end('hello'), isRunning: true };

  it('starts it before the image, puts it into the network, and tells the command where it is', async () => {
    await start(running, [{ ...DB, published: { host: '127.0.0.1', port: 5432 } }]);
    expect(engine.compose.file).toEqual({
      project: 'slipway-test-7-2-x1',
      file: 'compose.yml',
      shown: expect.any(String),
      environment: { WORD: 'w' },
    });
    expect(engine.compose.override).toMatchObject({ services: { db: { labels: { 'slipway.run': '7-2-x1' } } } });
    expect(engine.joined).toEqual(['d1 slipway-test-7-2-x1 db']);
    expect(engine.calls.indexOf('compose up')).toBeLessThan(engine.calls.indexOf('createContainer'));
    expect(setting.log).toContain('untrusted at p-db-1 5432');
    expect(engine.calls).toEqual(expect.arrayContaining(['removeVolumes', 'removeBuilt']));
  });

  it('lets neither a command nor a value of it out', async () => {
    await start(running, []);
    expect(setting.log).toContain('untrusted ::error::***');
    expect(JSON.stringify(setting.log)).not.toContain('canary');
  });

  it('joins no container whose network is the host’s', async () => {
    await start(running, [{ ...DB, networks: ['host'] }]);
    expect(engine.joined).toEqual([]);
  });

  it.each([
    ['unhealthy', /: its health check says unhealthy/],
    ['starting', /within 2 s/],
  ] as const)('does not test an image beside a service that is %s', async (health, message) => {
    await expect(start({ ...running, health: () => health }, [DB])).rejects.toMatchObject({
      code: 'TEST_SERVICE_NOT_READY',
      message: expect.stringMatching(message),
    });
    expect(engine.calls).not.toContain('createContainer');
  });

  it('takes a service that has done its work for ready', async () => {
    await start({ answer: running.answer! }, [DB]);
    expect(engine.joined).toEqual([]);
  });
});

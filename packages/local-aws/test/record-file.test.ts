import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { startLocalAws } from '../src/index.js';
import { clientConfiguration, localAwsPerTest } from './running.js';

const start = localAwsPerTest();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-record-'));
});
afterEach(async () => rm(folder, { recursive: true }));

describe('a record file', () => {
  it('has every call in a line of JSON, with who called what, when, how it ended, and what went wrong', async () => {
    const recordFile = join(folder, 'calls.jsonl');
    const localAws = await start({ recordFile });
    await new STSClient(clientConfiguration(localAws)).send(new GetCallerIdentityCommand({}));
    const ecs = new ECSClient(clientConfiguration(localAws));
    const update = () =>
      ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: 'web' })).catch(() => 'failed');
    await update();
    localAws.faults.add({ operation: 'ecs:UpdateService', always: true, kind: 'lost-reply' });
    await update();
    const lines = (await readFile(recordFile, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([...localAws.calls()]);
    expect(localAws.calls()).toEqual([
      {
        atMs: expect.any(Number),
        service: 'sts',
        operation: 'GetCallerIdentity',
        accessKeyId: 'AKIATEST',
        callerArn: 'arn:aws:iam::123456789012:user/AKIATEST',
        region: 'eu-central-1',
        status: 200,
        tookMs: expect.any(Number),
      },
      expect.objectContaining({ resource: 'web', status: 400, errorCode: 'ClusterNotFoundException' }),
      expect.objectContaining({ resource: 'web', status: 0, fault: 'lost-reply' }),
    ]);
  });

  it('is continued', async () => {
    const recordFile = join(folder, 'calls.jsonl');
    for (let run = 0; run < 2; run += 1) {
      const localAws = await start({ recordFile });
      await new STSClient(clientConfiguration(localAws)).send(new GetCallerIdentityCommand({}));
      await localAws.close();
    }
    expect((await readFile(recordFile, 'utf8')).match(/\n/g)).toHaveLength(2);
  });

  it('has to be one that can be written', async () => {
    const recordFile = join(folder, 'none', 'calls.jsonl');
    await expect(startLocalAws({ tasks: 'simulated', recordFile })).rejects.toMatchObject({ code: 'LOCAL_AWS_OPTION' });
  });
});

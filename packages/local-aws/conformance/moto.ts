import { once } from 'node:events';
import { access, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnvironment, runProcess } from '@slipway/process';
import type { Network } from './step.js';

/** A moto_server that runs, with the network of its default VPC. */
export interface Moto {
  readonly endpoint: string;
  readonly network: Network;
  /** Ends it, and resolves when it has ended. */
  close(): Promise<void>;
}

/** MOTO_REQUIREMENT is what pip installs: exactly the version that the list of differences is about. */
export const MOTO_REQUIREMENT = 'moto[server]==5.2.5';

/** Kept between runs: installing takes a minute. Named after what is in it, so that another version is another place. */
const VENV = join(tmpdir(), 'slipway-moto-5.2.5');
/** Written last: without it an installation was broken off. */
const COMPLETE = join(VENV, 'complete');
const INSTALL_LIMIT_MS = 600_000;
/** It imports half of botocore first. */
const START_LIMIT_MS = 60_000;

/**
 * startMoto starts a moto_server on a free port of loopback; it installs moto first where that has not been done.
 *
 * @throws Error that names the command that failed
 */
export async function startMoto(): Promise<Moto> {
  await install();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const ending = new AbortController();
  const program = { file: join(VENV, 'bin/moto_server'), args: ['-H', '127.0.0.1', '-p', String(port)] };
  const ended = runProcess({ ...program, env: environment(), signal: ending.signal, maxOutputChars: 10_000 });
  const close = async (): Promise<void> => {
    ending.abort();
    await ended.catch(() => undefined);
  };
  try {
    await Promise.race([answers(endpoint), endedEarly(ended)]);
    return { endpoint, network: await networkOf(endpoint), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function install(): Promise<void> {
  if (await exists(COMPLETE)) return;
  await rm(VENV, { recursive: true, force: true });
  await run('python3', '-m', 'venv', VENV);
  await run(join(VENV, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', MOTO_REQUIREMENT);
  await writeFile(COMPLETE, `${MOTO_REQUIREMENT}\n`);
}

async function run(file: string, ...args: readonly string[]): Promise<void> {
  const failed = (why: string): Error =>
    new Error(
      `moto, which local-aws is compared with, cannot be installed. This failed: ${[file, ...args].join(' ')}\n${why}\n` +
        `It needs python3 with venv, and pip's package index. SLIPWAY_CONFORMANCE_ENDPOINT names another judge.`,
    );
  const program = { file, args, env: environment(), timeoutMs: INSTALL_LIMIT_MS };
  const result = await runProcess(program).catch((error: unknown) => {
    throw failed(String(error));
  });
  if (result.exitCode !== 0) throw failed(result.stderr.slice(-2_000));
}

/** pip is told by its variables where this machine gets packages from. */
function environment(): Record<string, string> {
  const pip = Object.entries(process.env).filter(([name]) => name.startsWith('PIP_'));
  return childEnvironment(Object.fromEntries(pip.map(([name, value]) => [name, value ?? ''])));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(endpoint: string): Promise<void> {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadlineMs) {
    const response = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    if (response?.ok) return;
    await delay(100);
  }
  throw new Error(`moto_server did not answer within ${START_LIMIT_MS} ms.`);
}

async function endedEarly(ended: ReturnType<typeof runProcess>): Promise<never> {
  const { stderr } = await ended;
  throw new Error(`moto_server ended before it answered: ${stderr.slice(-2_000)}`);
}

/** moto gives every account a default VPC, as AWS does, and knows none but its own. */
async function networkOf(endpoint: string): Promise<Network> {
  const subnets = await ec2(endpoint, 'DescribeSubnets');
  const groups = await ec2(endpoint, 'DescribeSecurityGroups');
  const [first = '', second = ''] = [...subnets.matchAll(/<subnetId>(.+?)</g)].map(([, id]) => id);
  return {
    vpcId: /<vpcId>(.+?)</.exec(subnets)?.[1] ?? '',
    subnets: [first, second],
    securityGroup: /<groupId>(.+?)</.exec(groups)?.[1] ?? '',
  };
}

async function ec2(endpoint: string, action: string): Promise<string> {
  const scope = 'AKIATEST/20260102/us-east-1/ec2/aws4_request';
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15' }),
  });
  return response.text();
}

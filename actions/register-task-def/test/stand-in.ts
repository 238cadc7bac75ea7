import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DescribedDefinition, EcrPort, EcsPort } from '@slipway/aws';
import { SlipwayError, type Clock } from '@slipway/core';
import { parseInputs, type AnnotationPlace } from '@slipway/runtime';
import { definition } from '../src/inputs.js';
import type { Context, Ports } from '../src/ports.js';
import { run } from '../src/run.js';

/** A digest as good as any. */
export const DIGEST = `sha256:${'a'.repeat(64)}`;
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

/** The ARN of a revision. */
export const arnOf = (name: string): string => `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${name}`;

/** What a run told, and where. */
export interface Ran {
  readonly outcome: string;
  readonly error: SlipwayError | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly said: readonly { readonly level: string; readonly text: string; readonly place?: AnnotationPlace }[];
  /** The names of AWS's operations, in order. */
  readonly calls: readonly string[];
  /** Everything that left the run, in one text. */
  readonly everything: string;
}

/** StandIn is an account with task definitions, images and services, behind the action's ports. */
export class StandIn {
  readonly revisions: DescribedDefinition[] = [];
  /** By repository: digests with their manifests. */
  readonly images = new Map<string, Map<string, object>>();
  /** By digest. */
  readonly configs = new Map<string, object>();
  /** By service: the revision's name. */
  readonly services = new Map<string, string>();
  readonly inUse: string[] = [];
  readonly scheduled: string[] = [];
  /** What the next registrations throw; `lost` makes the call take effect all the same. */
  readonly failures: { readonly error: Error; readonly lost?: boolean }[] = [];
  readonly deregistered: string[] = [];
  readonly waits: number[] = [];
  #calls: string[] = [];
  #now = 0;

  /** add puts a revision there. */
  add(whole: Readonly<Record<string, unknown>>): DescribedDefinition {
    const family = String(whole['family']);
    const revision = this.revisions.filter((each) => each.family === family).length + 1;
    const arn = arnOf(`${family}:${revision}`);
    const written = { taskDefinitionArn: arn, revision, status: 'ACTIVE', registeredAt: new Date(0) };
    const added = { arn, family, revision, definition: { ...whole, ...written } };
    this.revisions.push(added);
    return added;
  }

  /** run runs the action on a file, when one is given, with inputs as a step gives them. */
  async run(
    inputs: Readonly<Record<string, string>>,
    file?: { readonly name: string; readonly text: string },
  ): Promise<Ran> {
    this.#calls = [];
    const folder = await mkdtemp(path.join(tmpdir(), 'register-'));
    if (file) await writeFile(path.join(folder, file.name), file.text);
    const given = file ? { 'task-definition': file.name, ...inputs } : inputs;
    const environment = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    );
    const places = { workspace: folder, temp: folder };
    const told = { outputs: {} as Record<string, string>, summary: '', said: [] as Ran['said'][number][] };
    const say = (level: string) => (text: string, place?: AnnotationPlace) => {
      told.said.push({ level, text, ...(place === undefined ? {} : { place }) });
    };
    const context = {
      inputs: parseInputs(definition.inputs, environment, places),
      log: {
        info: say('info'),
        debug: say('debug'),
        warning: say('warning'),
        error: say('error'),
        untrusted: say('info'),
        group: async (title: string, body: () => unknown) => (say('info')(title), body()),
      },
      github: { ...places, sha: 'c0ffee' },
      clock: this.#clock(),
      signal: new AbortController().signal,
      environment,
      setOutput: (name: string, value: string) => void (told.outputs[name] = value),
      summarise: async (markdown: string) => void (told.summary += markdown),
      report: () => undefined,
    } as unknown as Context;
    const ended = await run(context, this.#ports()).catch((error: unknown) => error);
    const error = ended instanceof SlipwayError ? ended : undefined;
    if (ended instanceof Error && !error) throw ended;
    const outcome = error ? 'failed' : (ended as { outcome: string }).outcome;
    return {
      ...told,
      outcome,
      error,
      calls: this.#calls,
      everything: JSON.stringify([told, error?.message, error?.hint]),
    };
  }

  #clock(): Clock {
    return {
      now: () => this.#now,
      sleep: async (ms) => {
        this.waits.push(ms);
        this.#now += ms;
      },
    };
  }

  #ports(): Ports {
    const call = (operation: string): void => void this.#calls.push(operation);
    return {
      region: REGION,
      random: () => 0.5,
      sts: { accountId: async () => (call('GetCallerIdentity'), ACCOUNT) },
      ecr: {
        credentials: () => Promise.reject(new Error('not asked for here')),
        repository: async (name) => {
          call('DescribeRepositories');
          return this.images.has(name)
            ? { uri: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${name}`, arn: `arn:${name}` }
            : undefined;
        },
        manifest: async (name, image) => {
          call('BatchGetImage');
          const found = 'digest' in image ? this.images.get(name)?.get(image.digest) : undefined;
          return found && 'digest' in image ? { digest: image.digest, text: JSON.stringify(found) } : undefined;
        },
      },
      ecs: this.#ecs(call),
      source: this.#ecs(call),
      sourceImages: {
        ecr: { manifest: async () => undefined } as unknown as EcrPort,
        readImageConfig: async () => undefined,
      },
      sourceElb: { listener: async () => undefined, loadBalancer: async () => undefined },
      readImageConfig: async (_repository, digest) => {
        call('GetBlob');
        const config = this.configs.get(digest);
        return config && Buffer.from(JSON.stringify(config));
      },
      definitions: {
        describe: async (reference) => {
          call('DescribeTaskDefinition');
          const active = this.revisions.filter(({ arn }) => !this.deregistered.includes(arn));
          const named = active.filter(({ arn, family, revision }) =>
            [arn, family, `${family}:${revision}`].includes(reference),
          );
          return named.at(-1);
        },
        register: async (whole) => {
          call('RegisterTaskDefinition');
          const failure = this.failures.shift();
          const added = !failure || failure.lost ? this.add(whole) : undefined;
          if (failure) throw failure.error;
          return added as DescribedDefinition;
        },
        deregister: async (arn) => void this.deregistered.push(arn),
        activeArns: async (family) =>
          this.revisions
            .filter((each) => each.family === family)
            .map(({ arn }) => arn)
            .reverse(),
        inUse: async () => new Set(this.inUse),
      },
      scheduled: { usedRevisions: async () => new Set(this.scheduled) },
    };
  }

  #ecs(call: (operation: string) => void): EcsPort {
    return {
      service: async (_cluster: string, service: string) => {
        call('DescribeServices');
        const name = this.services.get(service);
        return name === undefined ? undefined : { taskDefinitionArn: arnOf(name) };
      },
      tasks: async () => [],
    } as unknown as EcsPort;
  }
}

/** A file with one container, for Fargate. */
export const WEB = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution`,
  containerDefinitions: [{ name: 'web', image: 'placeholder', environment: [{ name: 'LEVEL', value: 'info' }] }],
};

/** fileOf writes a definition as a file. */
export const fileOf = (whole: object = WEB): { name: string; text: string } => ({
  name: 'task.json',
  text: JSON.stringify(whole, undefined, 2),
});

/** An account with an image of the repository shop/web for linux/amd64 and linux/arm64. */
export function account(): StandIn {
  const standIn = new StandIn();
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' },
    { os: 'unknown', architecture: 'unknown' },
  ];
  standIn.images.set('shop/web', new Map([[DIGEST, { manifests: platforms.map((platform) => ({ platform })) }]]));
  return standIn;
}

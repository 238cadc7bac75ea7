import type { TaskDefinitionRevision } from '@slipway/aws';
import { shortName } from '@slipway/delivery';
import type { AwsPorts } from '../ports.js';
import type { ImageFound, Images } from './images.js';

/** A revision that one could go back to. */
export interface Candidate {
  readonly arn: string;
  /** `family:revision`. */
  readonly name: string;
  /** When its last deployment was completed; absent for one that the history does not know. */
  readonly deployedAt?: Date;
  /** Whether it was registered before the one that runs: going to a later one is going forward. */
  readonly isOlder: boolean;
  readonly images: readonly { readonly container: string; readonly image: string; readonly digest?: string }[];
  /** What the image says that it was built from. */
  readonly commit?: string;
  /** Why it cannot be deployed; absent when nothing speaks against it. */
  readonly unusable?: string;
  /** What could not be looked up. */
  readonly notChecked: readonly string[];
}

/** What candidates are looked up with. */
export interface CandidateQuestion {
  readonly cluster: string;
  readonly service: string;
  /** What runs now. */
  readonly running: TaskDefinitionRevision;
}

/** Candidates and what of the history was not looked at. */
export interface Candidates {
  /** The one that was deployed last comes first. */
  readonly all: readonly Candidate[];
  readonly earlier: number;
}

/** As many as one reads on a bad day; every one costs a look into the registry. */
const MOST_LISTED = 10;

/**
 * candidatesOf lists what was deployed SUCCESSFULLY to the service, by ECS's own history (90 days), without what runs
 * now: each with whether it can be deployed again.
 */
export async function candidatesOf(
  aws: AwsPorts,
  images: Images,
  { cluster, service, running }: CandidateQuestion,
): Promise<Candidates> {
  const history = await successfulOf(aws, cluster, service);
  const others = [...history].filter(([arn]) => arn !== running.arn);
  const listed = others.slice(0, MOST_LISTED);
  const all = await Promise.all(
    listed.map(async ([arn, deployedAt]) => {
      const revision = await aws.ecs.taskDefinition(arn);
      if (!revision) return goneRevision(arn, deployedAt, running);
      return { ...(await candidateOf(images, revision, running)), ...(deployedAt ? { deployedAt } : {}) };
    }),
  );
  return { all, earlier: others.length - listed.length };
}

/** The task definitions that were deployed successfully, each once, with when that was last. */
async function successfulOf(
  { ecs }: AwsPorts,
  cluster: string,
  service: string,
): Promise<ReadonlyMap<string, Date | undefined>> {
  const deployments = await ecs.serviceDeployments(cluster, service);
  const successful = deployments.filter(({ status }) => status === 'SUCCESSFUL');
  const revisions = await ecs.serviceRevisions(successful.flatMap(({ targetRevisionArn }) => targetRevisionArn ?? []));
  const byArn = new Map(revisions.map((revision) => [revision.arn, revision.taskDefinitionArn]));
  const found = new Map<string, Date | undefined>();
  for (const { targetRevisionArn = '', finishedAt, createdAt } of successful) {
    const arn = byArn.get(targetRevisionArn);
    if (arn !== undefined && !found.has(arn)) found.set(arn, finishedAt ?? createdAt);
  }
  return found;
}

/** candidateOf says whether a revision can be deployed: it is ACTIVE, and all its images exist. */
export async function candidateOf(
  images: Images,
  revision: TaskDefinitionRevision,
  running: TaskDefinitionRevision,
): Promise<Candidate> {
  const looked = await Promise.all(
    revision.containers.map(async ({ name, image }) => ({ name, image, found: await images.look(image) })),
  );
  const gone = looked.find(({ found }) => found.kind === 'gone');
  const commit = looked.map(({ found }) => (found.kind === 'present' ? found.commit : undefined)).find(Boolean);
  return {
    arn: revision.arn,
    name: `${revision.family}:${revision.revision}`,
    isOlder: isOlder(revision, running),
    images: looked.map(({ name, image, found }) => ({ container: name, image, ...digestOf(found) })),
    notChecked: looked.flatMap(({ name, found }) => (found.kind === 'unknown' ? [`${name}: ${found.because}`] : [])),
    ...(commit === undefined ? {} : { commit }),
    ...(revision.status === 'ACTIVE' ? {} : { unusable: `the task definition is ${revision.status}` }),
    ...(gone ? { unusable: `the image of '${gone.name}' does not exist any more` } : {}),
  };
}

function digestOf(found: ImageFound): { readonly digest?: string } {
  return found.kind === 'present' ? { digest: found.digest } : {};
}

function goneRevision(arn: string, deployedAt: Date | undefined, running: TaskDefinitionRevision): Candidate {
  const name = shortName(arn);
  return {
    arn,
    name,
    isOlder: Number(name.slice(name.lastIndexOf(':') + 1)) < running.revision,
    images: [],
    notChecked: [],
    unusable: 'the task definition was deleted',
    ...(deployedAt ? { deployedAt } : {}),
  };
}

function isOlder(one: TaskDefinitionRevision, running: TaskDefinitionRevision): boolean {
  if (one.family === running.family) return one.revision < running.revision;
  return (one.registeredAt?.getTime() ?? 0) < (running.registeredAt?.getTime() ?? 0);
}

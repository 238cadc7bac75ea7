import { ecrRegionOf } from '@slipway/core';
import type { DockerPort } from '@slipway/process';
import type { ActionResult } from '@slipway/runtime';
import { checkPlaces } from './check-places.js';
import type { CheckedTarget } from './check-target.js';
import { dockerLogin } from './docker-config.js';
import { deliverTo, otherRegistriesOf, type CheckedRegistry, type OtherRegistry } from './other-registry.js';
import { deliver, type Delivered, type Delivery, type PlacedBlob } from './deliver.js';
import { ecrLogin } from './ecr-login.js';
import { takeFromEngine } from './engine-image.js';
import type { PushContext } from './inputs.js';
import type { OpenedImage } from './opened-image.js';
import { assertEachOnce, inEach, placesOf, type EcrTarget, type Place } from './places.js';
import type { PushImage } from './push-image.js';
import { ensureRepository, wantedRepositoryOf, type WantedRepository } from './repository.js';
import { gateOf, passGate, type Gate } from './scan-gate.js';
import { chooseSource, type SourceOrder } from './source-order.js';
import { openSource } from './source.js';
import { tell, tellBlobs, tellPlan } from './tell.js';

/** What pushing needs of the world. */
export interface Ports {
  /** Reaches ECR in a region, as the given roles. */
  connect(place: Place): EcrTarget;
  readonly pushImage: PushImage;
  /** The client of the local engine, for 'image'. */
  readonly docker: DockerPort;
}

/** run brings the image to every place that has it not under its tag already. */
export async function run(context: PushContext, ports: Ports): Promise<ActionResult> {
  const { inputs, clock } = context;
  const order = chooseSource(inputs);
  const places = placesOf(inputs['target-role'], inputs['also-push-to-ecr']);
  const targets = places.map((place) => ports.connect(place));
  assertEachOnce(targets);
  const work = {
    registries: otherRegistriesOf(inputs['also-push-to'], inputs.tag),
    gate: await gateOf(context),
    wantedRepository: await wantedRepositoryOf(inputs),
    targets,
    deadline: clock.now() + inputs['timeout-minutes'] * 60_000,
  };
  const opened = await open(context, ports, { order, deadline: work.deadline });
  try {
    return await pushOpened(context, ports, { ...work, opened });
  } finally {
    await opened.close?.();
  }
}

/** What is to be done with an image, everything of it read. */
interface Work {
  readonly opened: OpenedImage;
  /** The job's own place first. */
  readonly targets: readonly EcrTarget[];
  readonly registries: readonly OtherRegistry[];
  readonly gate: Gate | undefined;
  readonly wantedRepository: WantedRepository;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

async function pushOpened(context: PushContext, ports: Ports, work: Work): Promise<ActionResult> {
  const { inputs } = context;
  const { repository } = inputs;
  const { opened, targets, registries, gate, wantedRepository, deadline } = work;
  const wanted = {
    ...{ repository, image: opened.image, mayMove: inputs['move-tag'] },
    ...{ allowedAccounts: inputs['allowed-account-ids'], mayCreate: inputs['create-repository'] },
  };
  const loginTo = (host: string) => dockerLogin(host, context);
  const places = await checkPlaces(context, { targets, registries, wanted, deadline, loginTo });
  const { tag, checked, others } = places;
  // Where every place has all of it, none of the source's bytes will travel.
  if (others.length > 0 || checked.some(({ isWhole }) => !isWhole)) await opened.prove?.();
  context.setOutput('repository', repository);
  context.setOutput('tag', tag);
  if (inputs['dry-run']) return tellPlan(context, opened.image.image.digest, places);
  const blobs: PlacedBlob[] = [];
  const onBlob = (blob: PlacedBlob): void => void blobs.push(blob);
  const delivery = { opened, repository, tag, pushImage: ports.pushImage, deadline, onBlob };
  try {
    const ready = await inEach(checked, (target) => ensureRepository(context, target, wantedRepository));
    const delivered = await pushEverywhere(context, { ready, others, delivery });
    const result = await tell(context, delivered);
    const [own] = targets;
    if (gate && own) await passGate(context, own.scans, { gate, image: opened.image });
    return result;
  } finally {
    tellBlobs(context, blobs);
  }
}

function pushEverywhere(
  context: PushContext,
  places: {
    readonly ready: readonly CheckedTarget[];
    readonly others: readonly CheckedRegistry[];
    readonly delivery: Delivery;
  },
): Promise<readonly Delivered[]> {
  const { ready, others, delivery } = places;
  const pushes = [
    ...ready.map((target) => ({ label: target.label, push: () => deliver(context, target, delivery) })),
    ...others.map((other) => ({ label: other.label, push: () => deliverTo(context, other, delivery) })),
  ];
  const { digest } = delivery.opened.image.image;
  return context.log.group(`Push ${digest}`, () => inEach(pushes, ({ push }) => push()));
}

async function open(
  context: PushContext,
  ports: Ports,
  { order, deadline }: { readonly order: SourceOrder; readonly deadline: number },
): Promise<OpenedImage> {
  const { clock, signal } = context;
  const opened = await openSource(order, {
    ...{ clock, signal, deadline },
    login: (host) => sourceLogin(context, ports, host),
    takeFromEngine: (image) => takeFromEngine({ context, docker: ports.docker }, image),
  });
  const { image, origin } = opened;
  const where = origin ? `${origin.host}/${origin.repository}` : WHERE[order.kind];
  const statements =
    image.referrers.length === 0 ? 'nothing that refers to it' : `${image.referrers.length} manifests that refer to it`;
  context.log.info(
    `${where} holds ${image.image.digest}: ${image.manifests.length} manifests, ${image.blobs.length} blobs, ${statements}.`,
  );
  return opened;
}

const WHERE = { layout: 'The layout', engine: 'The engine', registry: 'The registry' } as const;

/**
 * Who reads the source: of an ECR registry the identity of `source-role`, of another one Docker's user. A role reads nothing but
 * ECR, so that with one the registry may have any name: a VPC endpoint's, or local-aws's.
 */
async function sourceLogin(context: PushContext, ports: Ports, host: string | undefined) {
  const { inputs } = context;
  const region = inputs['source-region'] ?? (host === undefined ? undefined : ecrRegionOf(host));
  const isOther = host !== undefined && ecrRegionOf(host) === undefined && inputs['source-role'].length === 0;
  if (isOther) return { host, login: await dockerLogin(host, context) };
  const place = { roles: inputs['source-role'], ...(region === undefined ? {} : { region }) };
  const own = await ecrLogin(context, ports.connect(place).ecr);
  return { host: host ?? own.host, login: own.login };
}

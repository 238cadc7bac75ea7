import { assertAccountAllowed, taskDefinitionShape, type DescribedDefinition } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { diffDefinitions, knownFields, type Difference, type JsonObject } from '@slipway/task-definition';
import type { PinnedImage } from './image.js';
import { imageText, imageWishes, pinImage, provisionalImage } from './image-wishes.js';
import { assertLint, assertRulesKnown } from './lint-report.js';
import { changesFrom, definitionSource, servicePlace, type DefinitionSource, type ServicePlace } from './plan.js';
import type { Context, Ports } from './ports.js';
import {
  definitionOf,
  readFileSource,
  readRevisionSource,
  revisionOfService,
  type SourceDefinition,
} from './read-source.js';
import { imageTargets, render, type Rendering } from './rendering.js';

/** A definition that can be sent, and what it is compared with. */
export interface Wanted {
  readonly definition: JsonObject;
  readonly images: readonly PinnedImage[];
  /** The latest active revision of its family. */
  readonly latest: DescribedDefinition | undefined;
  /** What the service runs; the latest revision where no service is named, or it does not run yet. */
  readonly base: DescribedDefinition | undefined;
  /** A service that was named, and is not there. */
  readonly absent?: ServicePlace;
  readonly differences: readonly Difference[];
}

/** The account before it is known: a definition is linted before any call. */
const ANY_ACCOUNT = '000000000000';

/**
 * prepare reads the source and lints what becomes of it, a file's before any call; then it asks AWS for the images and
 * for what there is of the family.
 */
export async function prepare(context: Context, ports: Ports): Promise<Wanted> {
  const { inputs } = context;
  assertRulesKnown(inputs['lint-allow']);
  const [from, service] = [definitionSource(inputs), servicePlace(inputs)];
  const asked = { changes: changesFrom(inputs), wishes: imageWishes(inputs), variables: inputs.variables };
  if (from.kind === 'file') {
    const source = await readFileSource(from.file, context.github.workspace);
    const rendering = { ...asked, definition: source.value, hasPlaceholders: true };
    lintProvisionally(context, ports.region, { source, rendering });
    await assertAccountAllowed(ports.sts, inputs['allowed-account-ids']);
    return compared(ports, { from, service, revision: undefined }, await pinned(context, ports, rendering));
  }
  await assertAccountAllowed(ports.sts, inputs['allowed-account-ids']);
  const revision = await readRevisionSource(ports, from);
  const source = definitionOf(revision);
  const rendering = { ...asked, definition: source.value, hasPlaceholders: false };
  lintProvisionally(context, ports.region, { source, rendering });
  return compared(ports, { from, service, revision }, await pinned(context, ports, rendering));
}

/** Images and the account stand for themselves here: nothing was asked yet. */
function lintProvisionally(
  context: Context,
  region: string,
  { source, rendering }: { readonly source: SourceDefinition; readonly rendering: Rendering },
): void {
  const { inputs, github, log } = context;
  if (source.dropped.length > 0) log.info(`Left out what only ECS writes: ${source.dropped.join(', ')}.`);
  const images = new Map(
    imageTargets(rendering).map((container) => [container, provisionalImage(wishFor(rendering, container), region)]),
  );
  const rendered = render(rendering, { accountId: ANY_ACCOUNT, region, sha: github.sha, images });
  assertLint(rendered, inputs, { log, place: source.place });
}

function wishFor({ wishes }: Rendering, container: string) {
  const [onlyNamed] = wishes.named.values();
  const wish = wishes.named.get(container) ?? wishes.one ?? onlyNamed;
  if (wish) return wish;
  throw new Error(`No image is asked for '${container}'.`);
}

interface Pinned {
  readonly definition: JsonObject;
  readonly images: readonly PinnedImage[];
}

async function pinned({ inputs, github }: Context, ports: Ports, rendering: Rendering): Promise<Pinned> {
  const images = await pinAll(ports, rendering);
  const usesAccount = JSON.stringify([rendering.definition, inputs.patch, inputs['container-patch']]).includes(
    '${ACCOUNT_ID}',
  );
  const rendered = render(rendering, {
    accountId: usesAccount ? await ports.sts.accountId() : ANY_ACCOUNT,
    region: ports.region,
    sha: github.sha,
    images: new Map([...images].map(([container, image]) => [container, imageText(image)])),
  });
  // With unknown-fields: warn there may be more; what is compared is what is sent.
  const definition = knownFields(taskDefinitionShape(), rendered.definition) as JsonObject;
  return { definition, images: [...new Map([...images.values()].map((image) => [imageText(image), image])).values()] };
}

/** An image that several containers get is asked for once; what a service runs differs by container. */
async function pinAll(ports: Ports, rendering: Rendering): Promise<ReadonlyMap<string, PinnedImage>> {
  const targets = imageTargets(rendering);
  const [first] = targets.filter((container) => container !== '');
  const asked = new Map<string, PinnedImage>();
  const images = new Map<string, PinnedImage>();
  for (const container of targets) {
    const wish = wishFor(rendering, container);
    const source = container === '' ? first : container;
    const key = JSON.stringify(wish.kind === 'service' ? [source] : wish);
    const image = asked.get(key) ?? (await pinImage(ports, wish, source));
    asked.set(key, image);
    images.set(container, image);
  }
  return images;
}

interface Origin {
  readonly from: DefinitionSource;
  readonly service: ServicePlace | undefined;
  readonly revision: DescribedDefinition | undefined;
}

async function compared(ports: Ports, { from, service, revision }: Origin, wanted: Pinned): Promise<Wanted> {
  const family = String(wanted.definition['family']);
  const isLatest = from.kind === 'revision' && from.reference === family;
  const latest = isLatest ? revision : await ports.definitions.describe(family);
  const runs = from.kind === 'service' ? revision : service && (await runningNow(ports, service));
  const base = runs ?? latest;
  const differences = base ? diffDefinitions(definitionOf(base).value, wanted.definition) : [];
  const absent = runs === undefined && service !== undefined ? { absent: service } : {};
  return { ...wanted, latest, base, ...absent, differences };
}

/** A service that is not there yet runs nothing. */
async function runningNow(ports: Ports, service: ServicePlace): Promise<DescribedDefinition | undefined> {
  try {
    return await revisionOfService(ports, service);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'REGISTER_SOURCE_NOT_FOUND') return undefined;
    throw error;
  }
}

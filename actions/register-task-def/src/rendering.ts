import {
  applyChanges,
  containerNames,
  expandPlaceholders,
  type Changed,
  type Changes,
  type JsonObject,
  type Placeholders,
} from '@slipway/task-definition';
import { SlipwayError } from '@slipway/core';
import type { ImageWishes } from './image-wishes.js';

/** What is rendered: a definition and what the inputs say of it. */
export interface Rendering {
  readonly definition: JsonObject;
  /** Whether placeholders in it mean anything: those of a revision are text that was registered so. */
  readonly hasPlaceholders: boolean;
  readonly changes: Changes;
  readonly wishes: ImageWishes;
  readonly variables: Readonly<Record<string, string>>;
}

/** What is known of the world when something is rendered. */
export interface Known {
  readonly accountId: string;
  readonly region: string;
  readonly sha: string | undefined;
  /** By container; the empty name is for `${IMAGE}`. */
  readonly images: ReadonlyMap<string, string>;
}

/** A definition after everything that the inputs say, and what was used for it. */
export interface Rendered extends Changed {
  readonly used: ReadonlySet<string>;
}

/** render replaces placeholders, applies the changes and sets the images. */
export function render(rendering: Rendering, known: Known): Rendered {
  const placeholders = placeholdersFrom(rendering, known);
  const expand = (value: unknown) => expandPlaceholders(value, placeholders);
  const [definition, patch, inner] = [
    rendering.hasPlaceholders ? expand(rendering.definition) : { value: rendering.definition, used: new Set<string>() },
    expand(rendering.changes.patch),
    expand(rendering.changes.inContainers.patch),
  ];
  const used = new Set([...definition.used, ...patch.used, ...inner.used]);
  const changed = applyChanges(definition.value as JsonObject, {
    ...rendering.changes,
    patch: patch.value as JsonObject | undefined,
    inContainers: { ...rendering.changes.inContainers, patch: inner.value as JsonObject | undefined },
    images: Object.fromEntries([...known.images].filter(([container]) => container !== '')),
  });
  return { ...changed, used };
}

/** usesImage tells whether `${IMAGE}` stands in what is rendered. */
export function usesImage({ definition, hasPlaceholders, changes }: Rendering): boolean {
  const places = [hasPlaceholders ? definition : {}, changes.patch ?? {}, changes.inContainers.patch ?? {}];
  return /(?<!\$)\$\{IMAGE\}/.test(JSON.stringify(places));
}

/**
 * imageTargets returns which container gets which image: those of `images`, and for the one image those that
 * `container` names, or the only one that there is; with `${IMAGE}` the text says it, under the empty name.
 *
 * @throws SlipwayError REGISTER_CONTAINER_UNCLEAR
 */
export function imageTargets(rendering: Rendering): readonly string[] {
  const { wishes, changes, definition } = rendering;
  const named = [...wishes.named.keys()];
  if (!wishes.one) return usesImage(rendering) && named.length === 1 ? [...named, ''] : named;
  if (usesImage(rendering)) return [...named, ...changes.containers, ''];
  if (changes.containers.length > 0) return [...named, ...changes.containers];
  const names = containerNames(definition);
  const [only, second] = names;
  if (only !== undefined && second === undefined) return [...named, only];
  throw new SlipwayError({
    code: 'REGISTER_CONTAINER_UNCLEAR',
    message: `The task definition has ${names.length} containers, and 'container' does not say whose image is given.`,
    hint: `Set 'container' to one or more of: ${names.join(', ')}.`,
  });
}

function placeholdersFrom({ variables }: Rendering, known: Known): Placeholders {
  return new Map<string, string | undefined>([
    ['ACCOUNT_ID', known.accountId],
    ['REGION', known.region],
    ['SHA', known.sha],
    ['IMAGE', known.images.get('')],
    ...Object.entries(variables),
  ]);
}

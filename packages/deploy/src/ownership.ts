import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { DeploymentConfiguration } from '@slipway/aws';
import { isContained, ownAgain } from '@slipway/delivery';

/**
 * A service that we deliver to is marked by tags: who delivers, which settings we sent, and the service's own, so that
 * whoever comes after a killed run can put them back. ECS remembers them; nothing of ours has to be alive for it.
 */
export const TAGS = {
  /** Who delivers: `example/shop run 4711.1`. */
  by: 'slipway:by',
  /** The service's own settings and those that we sent, in pieces: `slipway:settings.0`, `slipway:settings.1`, … */
  settings: 'slipway:settings.',
  /** Why deliveries are refused, and by whom. */
  hold: 'slipway:hold',
  /** Which deployment our rollback stopped, and for whom: `<deployment id> <who>`. */
  stopped: 'slipway:stopped',
} as const;

/** ECS's limit for the value of a tag. */
const MOST_CHARS = 256;

export type Tags = Readonly<Record<string, string>>;

/** Whose settings a service has. */
export interface Marks {
  readonly by: string;
  readonly own: DeploymentConfiguration;
  /** What is somebody else's than these stays: it was changed after us. */
  readonly sent: DeploymentConfiguration;
}

/** tagsFor returns the tags that mark a service before its first change. */
export function tagsFor({ by, sent, own }: Marks): Tags {
  const text = deflateRawSync(JSON.stringify({ own, sent })).toString('base64');
  const pieces = text.match(new RegExp(`.{1,${MOST_CHARS}}`, 'g')) ?? [];
  return {
    [TAGS.by]: tagText(by),
    ...Object.fromEntries(pieces.map((piece, at) => [`${TAGS.settings}${at}`, piece])),
  };
}

/** tagText leaves of a text what ECS takes as a tag's value. */
export function tagText(text: string): string {
  return text.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, MOST_CHARS);
}

/** What a run that was killed left behind. */
export interface Leftovers {
  readonly by: string;
  /** What the service gets back, and what it was sent; absent when the tags cannot be read any more. */
  readonly change?: Pick<Marks, 'own' | 'sent'>;
  /** Whether the service still has the settings that we sent. */
  readonly isOurs: boolean;
}

/** leftoversOf reads the marks of a run of ours; undefined when there are none. */
export function leftoversOf(tags: Tags, present: DeploymentConfiguration): Leftovers | undefined {
  const by = tags[TAGS.by];
  if (by === undefined) return undefined;
  const read = readSettings(tags);
  if (!read) return { by, isOurs: false };
  const own = ownAgain(read, present);
  return { by, change: { own, sent: read.sent }, isOurs: isContained(read.sent, present) };
}

/** More pieces than the longest settings that ECS takes have ever needed. */
const USUAL_PIECES = 8;

/**
 * everyMark returns the keys of all marks that a service may have, those that were read and those that a read may be too
 * old to show; a hold is not among them. Taking off what is not there is no error.
 */
export function everyMark(tags: Tags): readonly string[] {
  const usual = Array.from({ length: USUAL_PIECES }, (_, at) => `${TAGS.settings}${at}`);
  const read = Object.keys(tags).filter((key) => key.startsWith(TAGS.settings));
  return [...new Set([TAGS.by, TAGS.stopped, ...usual, ...read])];
}

function readSettings(tags: Tags): Pick<Marks, 'own' | 'sent'> | undefined {
  const at = (key: string): number => Number(key.slice(TAGS.settings.length));
  const pieces = Object.keys(tags).filter((key) => key.startsWith(TAGS.settings));
  const text = pieces
    .sort((a, b) => at(a) - at(b))
    .map((key) => tags[key])
    .join('');
  if (text === '') return undefined;
  try {
    const read: unknown = JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8'));
    const { own = {}, sent = {} } = read as Partial<Pick<Marks, 'own' | 'sent'>>;
    return { own, sent };
  } catch {
    // Somebody changed our tags: what they say is not to be trusted.
    return undefined;
  }
}

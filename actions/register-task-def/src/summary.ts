import { table } from '@slipway/runtime';
import { objectsIn, type Difference, type JsonObject } from '@slipway/task-definition';
import type { ServicePlace } from './plan.js';

/** What the job summary shows. */
export interface Told {
  readonly title: string;
  readonly definition: JsonObject;
  readonly differences: readonly Difference[];
  /** What the differences are against; undefined for the first revision of a family. */
  readonly against: string | undefined;
  /** The service that runs none of it: it is not there. */
  readonly absent: ServicePlace | undefined;
}

/** A summary that nobody reads to its end. */
const MOST_ROWS = 100;

/** summaryOf renders what was registered and what differs: names, and no value of a variable. */
export function summaryOf({ title, definition, differences, against, absent }: Told): string {
  const images = objectsIn(definition['containerDefinitions']).map(({ name, image }) => [
    String(name),
    String(image).split('@')[1] ?? 'not pinned',
  ]);
  const told = absent ? [absenceText(absent)] : [];
  return [
    ...[`### ${title}`, table(['Container', 'Image digest'], images)],
    ...[...told, differencesText(differences, against)],
  ].join('\n\n');
}

/** absenceText says that a service is not there, for whoever would take the latest revision for what it runs. */
export function absenceText({ cluster, service }: ServicePlace): string {
  return `There is no service '${service}' in the cluster '${cluster}' yet, and nothing here makes one.`;
}

function differencesText(differences: readonly Difference[], against: string | undefined): string {
  if (against === undefined) return 'It is the first revision of its family.';
  if (differences.length === 0) return `Nothing differs from ${against}.`;
  const rows = differences.slice(0, MOST_ROWS).map(({ path, change }) => [path, change]);
  const more = differences.length > MOST_ROWS ? `\n\nand ${differences.length - MOST_ROWS} more.` : '';
  return `What differs from ${against}:\n\n${table(['What', 'Change'], rows)}${more}`;
}

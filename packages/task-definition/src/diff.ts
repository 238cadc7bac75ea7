import { canonical } from './canonical.js';
import { isObject, objectsIn, type JsonObject } from './json.js';

/** One difference between two definitions: names, and nothing that was derived from a value. */
export interface Difference {
  /** `containerDefinitions[web].environment[LOG_LEVEL]`. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** The container that it is in. */
  readonly container?: string;
}

/** Lists whose entries have a name, by the list's: differences are told entry by entry. */
const NAMED: Readonly<Record<string, string>> = {
  containerDefinitions: 'name',
  environment: 'name',
  secrets: 'name',
  secretOptions: 'name',
  ulimits: 'name',
  systemControls: 'namespace',
  dependsOn: 'containerName',
  volumes: 'name',
  tags: 'key',
};

/** What is told as a whole: who changes a label or an option sees its name; below that there are only values. */
const DEEPEST = 6;

/** diffDefinitions tells what is different between two definitions, once what means the same is taken for the same. */
export function diffDefinitions(before: JsonObject, after: JsonObject): readonly Difference[] {
  const found: Difference[] = [];
  compareObjects(canonical(before), canonical(after), { steps: [], found });
  return found;
}

/** changedContainers lists the containers of a diff, each once. */
export function changedContainers(differences: readonly Difference[]): readonly string[] {
  return [...new Set(differences.flatMap(({ container }) => container ?? []))];
}

interface Walk {
  readonly steps: readonly string[];
  readonly container?: string;
  readonly found: Difference[];
}

function compareObjects(before: JsonObject, after: JsonObject, walk: Walk): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compareValues(name, [before[name], after[name]], walk);
  }
}

function compareValues(name: string, [before, after]: readonly [unknown, unknown], walk: Walk): void {
  const key = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (key !== undefined) return compareNamed(name, [entriesOf(before, key), entriesOf(after, key)], walk);
  const steps = [...walk.steps, walk.steps.length === 0 ? name : `.${name}`];
  tell(before, after, { ...walk, steps });
}

function compareNamed(
  name: string,
  [before, after]: readonly [ReadonlyMap<string, JsonObject>, ReadonlyMap<string, JsonObject>],
  walk: Walk,
): void {
  for (const entry of new Set([...before.keys(), ...after.keys()])) {
    const steps = [...walk.steps, `${walk.steps.length === 0 ? '' : '.'}${name}[${entry}]`];
    const container = name === 'containerDefinitions' ? { container: entry } : {};
    const values = [before.get(entry), after.get(entry)] as const;
    // Of a variable there is nothing to tell but that it is another.
    if (name === 'containerDefinitions') tell(...values, { ...walk, ...container, steps });
    else tellAtOnce(...values, { ...walk, steps });
  }
}

function tell(before: unknown, after: unknown, walk: Walk): void {
  if (isObject(before) && isObject(after) && walk.steps.length < DEEPEST) compareObjects(before, after, walk);
  else tellAtOnce(before, after, walk);
}

function tellAtOnce(before: unknown, after: unknown, { steps, container, found }: Walk): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const changed = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  found.push({ path: steps.join(''), change: changed, ...(container === undefined ? {} : { container }) });
}

function entriesOf(list: unknown, key: string): ReadonlyMap<string, JsonObject> {
  return new Map(objectsIn(list).map((entry) => [String(entry[key]), entry]));
}

/** Path leads from the root of a value to one of its members: keys of objects, and positions in lists from 0. */
export type Path = readonly (string | number)[];

/** JsonObject is an object as JSON has them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** isObject tells an object from a list, null and everything else. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** listOf returns a value's items when it is a list, and none otherwise. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** objectsIn returns the items of a list that are objects. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return listOf(value).filter(isObject);
}

/** pathText writes a path as one reads it: `containerDefinitions[0].portMappings[1].protocol`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('');
}

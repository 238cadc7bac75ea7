/** One step into a JSON value: a member's name, or an item's place; a negative one counts from the end. */
export type JsonStep = string | number;

/** `.name`, `['name']`, `["name"]`, `[0]`, `[-1]`. */
const STEP = /\.([A-Za-z_][\w-]*)|\[(?:'([^'\]]*)'|"([^"\]]*)"|(-?\d{1,6}))\]/y;

/**
 * parseJsonPath reads the part of RFC 9535 that names exactly one value: names and indices. Nothing of it is ever
 * evaluated. Undefined when the text is no such path.
 */
export function parseJsonPath(text: string): readonly JsonStep[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: JsonStep[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const found = STEP.exec(text);
    if (!found) return undefined;
    const [, plain, single, double, index] = found;
    steps.push(index === undefined ? (plain ?? single ?? double ?? '') : Number(index));
  }
  return steps;
}

/** Found is a value, or that there is none: `undefined` is no JSON, and null is a value. */
export type Found = { readonly value: unknown } | undefined;

/** readJsonPath follows a path into a JSON value. */
export function readJsonPath(steps: readonly JsonStep[], value: unknown): Found {
  let at: unknown = value;
  for (const step of steps) {
    if (typeof step === 'number') {
      if (!Array.isArray(at)) return undefined;
      const index = step < 0 ? at.length + step : step;
      if (index < 0 || index >= at.length) return undefined;
      at = at[index] as unknown;
    } else {
      if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined;
      at = (at as Record<string, unknown>)[step];
    }
  }
  return { value: at };
}

import { messageOf } from '@slipway/core';

/** YamlRecord is a mapping as it was written, its values unchecked. */
export type YamlRecord = Readonly<Record<string, unknown>>;

/** isRecord tells whether a value is a mapping. */
export function isRecord(value: unknown): value is YamlRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * readYaml parses YAML or JSON text. Dates stay texts. Its errors are those that `wrong` makes of the parser's words. The
 * parser is loaded when there is something to parse: most pushes have nothing, and would wait for it.
 */
export async function readYaml(text: string, wrong: (why: string) => Error): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { schema: 'core', maxAliasCount: 0 });
  } catch (error) {
    throw wrong(messageOf(error).split('\n', 1)[0] ?? 'it is no YAML');
  }
}

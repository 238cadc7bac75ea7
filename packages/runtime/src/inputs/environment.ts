/** What the runner gives: one variable per declared input, `INPUT_` and the name in upper case. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** variableOf is the variable by which the runner passes an input. */
export function variableOf(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** rawInput returns an input's text as the runner passes it, trimmed; an empty text means not set. */
export function rawInput(name: string, environment: Environment): string | undefined {
  const text = environment[variableOf(name)]?.trim();
  return text === '' ? undefined : text;
}

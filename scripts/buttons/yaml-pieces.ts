/** What YAML 1.1 or 1.2 would read as something else than a text. */
const OTHERWISE = /^(?:true|false|null|yes|no|on|off|y|n|~|[\d.+-].*)$/i;

/** scalar writes a text as YAML, quoted where it has to be. */
function scalar(text: string): string {
  const isPlain = /^[\w./-]+$/.test(text) && !OTHERWISE.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}

/** list writes texts as the items of a list, a line each. */
export function list(texts: readonly string[]): readonly string[] {
  return texts.map((text) => `- ${scalar(text)}`);
}

/** choice writes an input that a person chooses; the first option is what the button offers. */
export function choice(description: string, options: readonly string[]): readonly string[] {
  return [
    `description: ${description}`,
    'type: choice',
    'required: true',
    'options:',
    ...list(options).map((line) => `  ${line}`),
  ];
}

/** block indents lines. */
export function block(lines: readonly string[], indent: number): string {
  return lines.map((line) => `${' '.repeat(indent)}${line}`).join('\n');
}

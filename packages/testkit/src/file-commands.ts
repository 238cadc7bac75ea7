import { readFile } from 'node:fs/promises';

/**
 * readFileCommands reads a GITHUB_OUTPUT or GITHUB_STATE file: `name=value` lines and `name<<DELIMITER` blocks
 * (actions/runner, FileCommandManager).
 */
export async function readFileCommands(file: string): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const block = /^([^=<]+)<<(.+)$/.exec(line);
    if (block?.[1] !== undefined && block[2] !== undefined) {
      const end = lines.indexOf(block[2], at + 1);
      if (end < 0) throw new Error(`The block of '${block[1]}' in ${file} has no end.`);
      values[block[1]] = lines.slice(at + 1, end).join('\n');
      at = end;
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 1) throw new Error(`The runner cannot read the line '${line}' in ${file}.`);
    values[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return values;
}

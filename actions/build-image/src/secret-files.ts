import { readFile } from 'node:fs/promises';
import { SlipwayError } from '@slipway/core';
import type { BuildContext } from './inputs.js';

/** What is longer is no list of credentials: masking it line by line would slow every line of the log. */
const MAX_BYTES = 65_536;
/** Shorter texts would be blanked wherever they occur by chance. */
const MIN_LENGTH = 8;

/**
 * hiddenTexts returns what of the files in `secret-files` must not stand in a log: every line, and every value in one, which
 * a program prints without its name. What the runner tells of itself is left out, and addresses without credentials: the
 * step's own outputs would be blanked.
 *
 * @param told what the step is going to output, left out too
 * @throws SlipwayError INPUT_INVALID for a file that cannot be read
 */
export async function hiddenTexts(
  { inputs, github, log }: Pick<BuildContext, 'inputs' | 'github' | 'log'>,
  told: readonly string[] = [],
): Promise<readonly string[]> {
  const open = [
    ...told,
    github.workspace,
    github.temp,
    github.serverUrl,
    github.apiUrl,
    github.repository,
    github.ref,
    github.sha,
  ];
  const read = Object.entries(inputs['secret-files']).map(async ([id, file]) => {
    const bytes = await readFile(file).catch((cause: Error) => {
      throw notReadable(id, file, cause);
    });
    if (bytes.length <= MAX_BYTES && !bytes.includes(0)) return textsIn(bytes.toString('utf8'));
    log.info(`The secret '${id}' is too large, or no text, to be hidden where a step prints it.`);
    return [];
  });
  const texts = new Set((await Promise.all(read)).flat());
  return [...texts].filter((text) => text.length >= MIN_LENGTH && !open.some((one) => one?.includes(text)));
}

/** textsIn returns the lines of a text, and the values that it holds as the usual formats write them. */
export function textsIn(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  // A comment's words are those of a language, not of a secret.
  const telling = lines.filter((line) => !/^[#;]/.test(line));
  return [...lines, ...[...telling.flatMap(valuesIn), ...stringsIn(text)].filter((value) => !isPlainAddress(value))];
}

/**
 * `name=value` and `name: value`, whatever the value holds; `password value`, wherever in its line; and the last of a line
 * with several of these, as .npmrc has them, where it is no plain word. An equals sign at the end belongs to a value in
 * base64.
 */
const VALUES = [
  /^[^=]*=(.+)$/,
  /^[^:]*:(.+)$/,
  /\b(?:password|passwd|token|secret)\s+(\S+)/i,
  /^.*[=:]([^=:\s]+=*)$/,
  /^.*\s(?![A-Za-z]+$)([^=:\s]+=*)$/,
];

function valuesIn(line: string): readonly string[] {
  const found = VALUES.flatMap((form) => form.exec(line)?.[1] ?? []);
  const values = found.map((value) => value.trim().replace(/^["'](.*?)["'],?$/, '$1'));
  return [...values, ...[line, ...values].flatMap(passwordIn)];
}

/** What an address signs in with: `scheme://user:password@host`, and `scheme://token@host`. */
function passwordIn(value: string): readonly string[] {
  if (!URL.canParse(value)) return [];
  const { username, password } = new URL(value);
  const secret = password === '' ? username : password;
  return secret === '' ? [] : [secret, decoded(secret)];
}

/** A per cent sign that stands for itself is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/%25/g, '%');
  }
}

function isPlainAddress(value: string): boolean {
  return /^(?:https?:)?\/\/[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/.test(value);
}

/** Every text of a JSON document, on however few lines it stands. */
function stringsIn(text: string): readonly string[] {
  const strings: string[] = [];
  try {
    JSON.parse(text, (_name, value: unknown) => {
      if (typeof value === 'string') strings.push(value);
    });
  } catch {
    return [];
  }
  return strings;
}

function notReadable(id: string, file: string, cause: Error): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `1 input is missing or malformed:\n  - 'secret-files' takes '${id}' from '${file}', which cannot be read: ${cause.message}.`,
    hint: 'Give the path of a file that is there when this step begins, from the workspace on.',
    cause,
  });
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError, messageOf } from '@slipway/core';
import { parseSuite } from './parse.js';
import type { Suite } from './suite.js';

/** Where a suite's file is named. */
export interface SuiteFile {
  readonly file: string;
  /** The repository's root, from which problems and reports name the file. */
  readonly workspace: string;
  /** The input that names it, for its errors. */
  readonly input: string;
}

/** readSuite reads the suite that an input names. @throws SlipwayError INPUT_INVALID, SUITE_INVALID */
export async function readSuite({ file, workspace, input }: SuiteFile): Promise<Suite> {
  const name = path.relative(workspace, file);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SlipwayError({
      code: 'INPUT_INVALID',
      message: `'${input}' names '${name}', which cannot be read: ${messageOf(cause)}.`,
      hint: 'Check the path, and that the job has checked out the repository.',
      cause,
    });
  }
  return parseSuite(text, name);
}

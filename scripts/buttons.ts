/** Writes the workflows of a repository from its slipway.yml: `npm run buttons -- PATH_OF_THE_REPOSITORY`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfiguration } from '@slipway/configuration';
import { SlipwayError, messageOf } from '@slipway/core';
import { namedFiles } from './buttons/named-files.js';
import { NO_RELEASE, referenceIn, type Reference } from './buttons/reference.js';
import { consumerWorkflows } from './buttons/workflows.js';

const CONFIG = '.github/slipway.yml';

async function main(): Promise<void> {
  const [repository, ...more] = process.argv.slice(2);
  if (repository === undefined || more.length > 0) throw new Error('Usage: npm run buttons -- PATH_OF_THE_REPOSITORY');
  const configuration = readConfiguration(await configurationOf(repository), path.join(repository, CONFIG));
  const folder = path.join(repository, '.github/workflows');
  const reference = await referenceOf(folder);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of consumerWorkflows(configuration, reference)) {
    await writeFile(path.join(folder, name), text);
    console.log(`wrote ${path.join(folder, name)}`);
  }
  for (const file of namedFiles(configuration)) {
    if (!existsSync(path.join(repository, file))) console.log(`${CONFIG} names ${file}, which is not there yet`);
  }
  if (reference === NO_RELEASE) console.log('next: put the commit of the release that you use in place of the zeros');
}

async function configurationOf(repository: string): Promise<string> {
  const file = path.join(repository, CONFIG);
  if (existsSync(file)) return readFile(file, 'utf8');
  throw new SlipwayError({
    code: 'BUTTONS_NO_CONFIGURATION',
    message: `There is no ${file}.`,
    hint: `Write it first: it says what is delivered, and where to. One to start from is examples/consumer/${CONFIG}.`,
  });
}

/** What the workflows use that were written before: writing them anew is no change of the release. */
async function referenceOf(folder: string): Promise<Reference> {
  const file = path.join(folder, 'deliver.yml');
  const found = existsSync(file) ? referenceIn(await readFile(file, 'utf8')) : undefined;
  return found === undefined || found.version === NO_RELEASE.version ? NO_RELEASE : found;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof SlipwayError ? `${error.code}: ${error.message}\n${error.hint}` : messageOf(error));
  process.exitCode = 1;
}

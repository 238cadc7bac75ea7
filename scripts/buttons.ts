/** Writes the workflows of a repository from its slipway.yml: `npm run buttons -- PATH_OF_THE_REPOSITORY`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfiguration } from '@slipway/configuration';
import { SlipwayError, messageOf } from '@slipway/core';
import { consumerWorkflows } from './buttons/workflows.js';

const CONFIG = '.github/slipway.yml';

async function main(): Promise<void> {
  const [repository, ...more] = process.argv.slice(2);
  if (repository === undefined || more.length > 0) throw new Error('Usage: npm run buttons -- PATH_OF_THE_REPOSITORY');
  const configuration = readConfiguration(await readFile(path.join(repository, CONFIG), 'utf8'), CONFIG);
  const folder = path.join(repository, '.github/workflows');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of consumerWorkflows(configuration)) {
    await writeFile(path.join(folder, name), text);
    console.log(`wrote ${path.join(folder, name)}`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof SlipwayError ? `${error.code}: ${error.message}\n${error.hint}` : messageOf(error));
  process.exitCode = 1;
}

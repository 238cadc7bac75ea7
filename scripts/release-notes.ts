/** Prints what the changelog says of a version: `npm run --silent release-notes -- v1.2.0`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './build.js';

/** What a release is made of. */
export interface Release {
  /** `v1.2.0`. */
  readonly tag: string;
  /** The version in package.json. */
  readonly version: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
}

/** releaseNotes returns the changelog's section of a version; a tag that does not fit, or a section without a word, is an error. */
export function releaseNotes({ tag, version, changelog }: Release): string {
  if (tag !== `v${version}`) throw new Error(`The tag is '${tag}', and package.json has the version '${version}'.`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`) || text.startsWith(`${version} `));
  const [, ...lines] = section?.split('\n') ?? [];
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Error(`CHANGELOG.md has nothing under '## ${version} - <date>'.`);
  return `${notes}\n`;
}

async function main(): Promise<void> {
  const read = (file: string): Promise<string> => readFile(path.join(ROOT, file), 'utf8');
  const { version } = JSON.parse(await read('package.json')) as { readonly version: string };
  process.stdout.write(releaseNotes({ tag: process.argv[2] ?? '', version, changelog: await read('CHANGELOG.md') }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

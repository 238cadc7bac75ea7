import console from 'node:console';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const artifacts = process.env.SLIPWAY_ARTIFACTS;
const target = path.resolve(input('path') || '.');
const ids = input('artifact-ids')
  .split(',')
  .map((id) => id.trim())
  .filter((id) => id !== '');
const one = input('name') || (ids.length === 1 ? ids[0] : '');
mkdirSync(target, { recursive: true });

if (one !== '') {
  if (!existsSync(path.join(artifacts, one))) {
    console.log(`::error::Unable to download artifact(s): Artifact not found for name: ${one}`);
    process.exit(1);
  }
  cpSync(path.join(artifacts, one), target, { recursive: true });
} else {
  const pattern = new RegExp(
    `^${(input('pattern') || '*').replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`,
  );
  const all = existsSync(artifacts) ? readdirSync(artifacts) : [];
  const found = all.filter((each) => (ids.length > 0 ? ids.includes(each) : pattern.test(each)));
  // As the real one since its version 5: several lie in folders of their names, unless they are to be merged; a single one
  // lies in the target itself, by a pattern too; none is no error.
  const isFlat = found.length === 1 || input('merge-multiple') === 'true';
  for (const name of found) {
    cpSync(path.join(artifacts, name), isFlat ? target : path.join(target, name), { recursive: true });
    console.log(`took ${name}`);
  }
}

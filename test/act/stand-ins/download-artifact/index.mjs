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
  // As the real one: several lie in folders of their names, unless they are to be merged; none is no error.
  for (const name of all.filter((each) => (ids.length > 0 ? ids.includes(each) : pattern.test(each)))) {
    const to = input('merge-multiple') === 'true' ? target : path.join(target, name);
    cpSync(path.join(artifacts, name), to, { recursive: true });
    console.log(`took ${name}`);
  }
}

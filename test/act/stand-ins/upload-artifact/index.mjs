import console from 'node:console';
import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const fail = (message) => {
  console.log(`::error::${message}`);
  process.exit(1);
};

const name = input('name');
const folder = path.join(process.env.SLIPWAY_ARTIFACTS, name);
const wanted = input('path')
  .split('\n')
  .map((line) => line.trim())
  // As the real one: an expression that gave nothing leaves an empty line, which is no path.
  .filter((line) => line !== '')
  .map((line) => path.resolve(line));
const found = wanted.filter((file) => existsSync(file));
if (found.length === 0) {
  if (input('if-no-files-found') === 'error') fail(`No files were found with the provided path: ${wanted.join(', ')}.`);
  console.log(`::warning::No files were found with the provided path: ${wanted.join(', ')}.`);
  process.exit(0);
}
// As the real one: the second artifact of a name within a run is refused.
if (existsSync(folder) && input('overwrite') !== 'true') fail(`an artifact with the name ${name} already exists`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
// As the real one: paths lie in the artifact as they do below the folder that they have in common.
const roots = found.map((file) => (statSync(file).isDirectory() ? file : path.dirname(file)));
const root = roots.reduce((common, one) => {
  let shared = common;
  while (path.relative(shared, one).startsWith('..')) shared = path.dirname(shared);
  return shared;
});
for (const file of found) cpSync(file, path.join(folder, path.relative(root, file)), { recursive: true });
appendFileSync(process.env.GITHUB_OUTPUT, `artifact-id=${name}\n`);
console.log(`kept ${found.join(', ')} as ${name}`);

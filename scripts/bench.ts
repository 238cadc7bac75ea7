/** Prints the figures of every bench: `npm run bench [-- NAME ...]`. It fails where what was measured did not end as it has to. */
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { ROOT } from './build.js';
import './quiet-sdk.js';

/** benches finds the bench files of all packages and actions, and of the workflows, by name. */
async function benches(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const homes = ['packages', 'actions', 'test'].map(async (home) =>
    (await readdir(path.join(ROOT, home))).map((name) => path.join(ROOT, home, name, 'bench')),
  );
  for (const folder of (await Promise.all(homes)).flat().filter((one) => existsSync(one))) {
    for (const file of (await readdir(folder)).filter((entry) => entry.endsWith('.bench.ts'))) {
      found.set(file.replace(/\.bench\.ts$/, ''), path.join(folder, file));
    }
  }
  return found;
}

/** A bench's own settings are the variables that begin with SLIPWAY_BENCH_; what keeps the SDK quiet goes with them. */
function settings(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => /^(SLIPWAY_BENCH|AWS_SDK_JS)_/.test(name));
  return Object.fromEntries(own) as Record<string, string>;
}

async function main(): Promise<void> {
  const all = await benches();
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !all.has(name));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(', ')}; there are: ${[...all.keys()].join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  for (const [name, file] of all) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n--- ${name}`);
    const { exitCode } = await runProcess({
      file: process.execPath,
      args: ['--import', 'tsx', file],
      cwd: ROOT,
      env: childEnvironment(settings()),
      onLine: (line, stream) => (stream === 'stdout' ? console.log(line) : console.error(line)),
    });
    if (exitCode !== 0) process.exitCode = 1;
  }
}

await main();

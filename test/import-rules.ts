import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { secondCheckout } from './second-checkout.js';

/**
 * violationsOf adds files to a copy of the house and returns, by file, the names of the rules that they break. One run
 * for all of them: what takes long is reading the house.
 */
export async function violationsOf(
  files: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const house = await secondCheckout();
  try {
    for (const [file, text] of files) await writeFile(path.join(house, file), `${text}\n`);
    const { stdout } = await runProcess({
      file: path.join(REPOSITORY, 'node_modules/.bin/depcruise'),
      args: ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...files.keys()],
      cwd: house,
      maxOutputChars: 64 * 1024 * 1024,
    });
    const report = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
    const { violations } = report.summary;
    return new Map(
      [...files.keys()].map((file) => [
        file,
        violations.filter(({ from }) => from === file).map(({ rule }) => rule.name),
      ]),
    );
  } finally {
    await rm(house, { recursive: true });
  }
}

import { mkdir, mkdtemp, rm, symlink, writeFile, cp } from 'node:fs/promises';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';

/** violationsOf adds one file to a small house of the same shape and returns the names of the rules that it breaks. */
export async function violationsOf(file: string, text: string): Promise<readonly string[]> {
  const house = await mkdtemp(path.join(REPOSITORY, 'node_modules/.slipway-imports-'));
  try {
    await Promise.all(
      ['packages', 'actions', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'].map((part) =>
        cp(path.join(REPOSITORY, part), path.join(house, part), { recursive: true, filter: isSource }),
      ),
    );
    await symlink(path.join(REPOSITORY, 'node_modules'), path.join(house, 'node_modules'));
    await mkdir(path.dirname(path.join(house, file)), { recursive: true });
    await writeFile(path.join(house, file), `${text}\n`);
    const { stdout } = await runProcess({
      file: path.join(REPOSITORY, 'node_modules/.bin/depcruise'),
      args: ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', file],
      cwd: house,
      maxOutputChars: 64 * 1024 * 1024,
    });
    const report = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
    return report.summary.violations.map(({ rule }) => rule.name);
  } finally {
    await rm(house, { recursive: true });
  }
}

function isSource(file: string): boolean {
  return !/\/(dist|test|node_modules)$/.test(file.slice(REPOSITORY.length));
}

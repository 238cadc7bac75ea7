import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProcess } from '@slipway/process';
import { ROOT } from './yaml-documents.js';

/** Linters runs other people's linters of workflows. Paths are from the folder that they run in, or absolute. */
export interface Linters {
  /** What actionlint finds: `file:line: message [kind]`, but for messages that a pattern of `known` matches. */
  actionlint(files: readonly string[], known?: readonly string[]): Promise<string[]>;
  /** What zizmor's pedantic persona finds without the network: `file:line: audit, what is wrong`. */
  zizmor(files: readonly string[]): Promise<string[]>;
}

/** NOT_YET_KNOWN is what GitHub runs and actionlint 1.7.12 does not know, each with the text of what it says. */
export const NOT_YET_KNOWN: readonly string[] = [
  // `$/` is this very repository at this very commit: since July 2026.
  '^specifying action "\\$/',
  '^reusable workflow call "\\$/',
  // Since May 2026.
  '^unexpected key "queue" for "concurrency" section\\.',
];

/** ensureLinters installs the linters where they are not there yet. */
export async function ensureLinters(): Promise<Linters> {
  const script = path.join(ROOT, 'scripts/ensure-linters.sh');
  const { exitCode, stdout, stderr } = await runProcess({ file: script, args: [], timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(stderr);
  const folder = stdout.trim();
  return {
    actionlint: (files, known = []) => actionlint(path.join(folder, 'actionlint'), files, known),
    zizmor: (files) => zizmor(path.join(folder, 'zizmor'), files),
  };
}

async function actionlint(file: string, files: readonly string[], known: readonly string[]): Promise<string[]> {
  const ignored = known.flatMap((pattern) => ['-ignore', pattern]);
  // Only what it finds itself: what shellcheck finds depends on whether a machine has it.
  const args = ['-oneline', '-no-color', '-shellcheck=', '-pyflakes=', ...ignored, ...files];
  const { exitCode, stdout, stderr } = await runProcess({ file, args, cwd: ROOT, timeoutMs: 60_000 });
  // 1 is that it found something.
  if (exitCode > 1) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

interface ZizmorFinding {
  readonly ident: string;
  readonly desc: string;
  readonly ignored: boolean;
  readonly locations: readonly {
    readonly symbolic: { readonly kind: string; readonly key: { readonly Local?: { readonly verbatim_path: string } } };
    readonly concrete: { readonly location: { readonly start_point: { readonly row: number } } };
  }[];
}

async function zizmor(file: string, files: readonly string[]): Promise<string[]> {
  const quiet = ['--quiet', '--no-progress', '--color=never', '--format=json-v1'];
  const args = ['--offline', '--persona=pedantic', '--strict-collection', ...quiet, ...files];
  const { exitCode, stdout, stderr } = await runProcess({ file, args, cwd: ROOT, timeoutMs: 60_000 });
  // 11 to 14 are findings, by their severity.
  if (exitCode !== 0 && (exitCode < 11 || exitCode > 14)) throw new Error(stderr);
  return (JSON.parse(stdout) as ZizmorFinding[]).filter(({ ignored }) => !ignored).map(lineOf);
}

function lineOf({ ident, desc, locations }: ZizmorFinding): string {
  const place = locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
  const where = place?.symbolic.key.Local?.verbatim_path ?? '';
  return `${where}:${(place?.concrete.location.start_point.row ?? -1) + 1}: ${ident}, ${desc}`;
}

/** writeWorkflow writes a workflow below a folder, where linters look for one, and returns its path. */
export async function writeWorkflow(folder: string, name: string, text: string): Promise<string> {
  const workflows = path.join(folder, '.github/workflows');
  await mkdir(workflows, { recursive: true });
  const file = path.join(workflows, name);
  await writeFile(file, text);
  return file;
}

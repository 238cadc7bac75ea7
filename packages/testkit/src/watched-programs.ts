import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** How a program was started. */
export interface ProgramStart {
  readonly program: string;
  readonly args: readonly string[];
  /** As the shell writes it, one variable a line. */
  readonly environment: string;
}

/** Programs that tell how they were started, and then are what they are. */
export interface WatchedPrograms {
  /** The PATH on which they are, and nothing else is: whatever else an action starts is not found. */
  readonly path: string;
  starts(): Promise<readonly ProgramStart[]>;
}

/** watchPrograms puts programs of this machine, or with a script programs of the test, onto a PATH of their own. */
export async function watchPrograms(
  folder: string,
  programs: Readonly<Record<string, string | undefined>>,
): Promise<WatchedPrograms> {
  const bin = path.join(folder, 'bin');
  const told = path.join(folder, 'starts');
  await Promise.all([bin, told].map((one) => mkdir(one, { recursive: true })));
  for (const [name, script] of Object.entries(programs)) {
    // One folder for each start: its number is the shell's process id, and the parts cannot mix.
    const record = `at='${told}/${name}.'$$; /bin/mkdir "$at"; printf '%s\\0' "$@" > "$at/args"; export -p > "$at/environment"`;
    // What follows may start programs of its own.
    const rest = script ?? `PATH='${process.env['PATH'] ?? ''}' exec '${locate(name)}' "$@"`;
    await writeFile(path.join(bin, name), `#!/bin/sh\n${record}\n${rest}\n`, { mode: 0o755 });
  }
  return { path: bin, starts: () => readStarts(told) };
}

function locate(name: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // It is in a later folder.
    }
  }
  throw new Error(`There is no '${name}' on PATH.`);
}

async function readStarts(told: string): Promise<readonly ProgramStart[]> {
  const names = await readdir(told);
  return Promise.all(
    names.map(async (name) => ({
      program: path.parse(name).name,
      args: (await readFile(path.join(told, name, 'args'), 'utf8')).split('\0').slice(0, -1),
      environment: await readFile(path.join(told, name, 'environment'), 'utf8'),
    })),
  );
}

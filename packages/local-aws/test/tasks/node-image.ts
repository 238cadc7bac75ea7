import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { runProcess } from '@slipway/process';

async function run(file: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({ file, args });
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/**
 * importNodeImage makes an image that holds the running Node.js and the libraries it needs, under the given name:
 * nothing has to be pulled for it.
 */
export async function importNodeImage(name: string): Promise<void> {
  const node = await realpath(process.execPath);
  const libraries = [...(await run('ldd', [node])).matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  const directory = await mkdtemp(join(tmpdir(), 'local-aws-image-'));
  try {
    const tar = join(directory, 'root.tar');
    const paths = libraries.map((path) => relative('/', path));
    await run('tar', ['--dereference', '-cf', tar, '-C', dirname(node), 'node', '-C', '/', ...paths]);
    await run('docker', ['import', '--change', 'ENTRYPOINT ["/node"]', tar, name]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** removeImage removes an image, or one name of it. */
export async function removeImage(name: string): Promise<void> {
  await run('docker', ['rmi', '--force', name]);
}

/** containersOf returns the ids of all containers of an instance, running or not. */
export async function containersOf(instanceId: string): Promise<string[]> {
  return (await run('docker', ['ps', '--all', '--quiet', '--filter', `label=local-aws=${instanceId}`]))
    .split(/\s+/)
    .filter(Boolean);
}

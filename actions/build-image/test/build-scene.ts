import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDigest, OciLayout, referencesOf, type Descriptor } from '@slipway/oci';
import { childEnvironment, runProcess } from '@slipway/process';
import { runAction, type ActionEnd } from '@slipway/testkit';

/** A build of a scene: by the built action, as the runner would start it. */
export interface SceneBuild {
  /** The text of the Dockerfile. Without it, one that copies hello.txt. */
  readonly dockerfile?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** BuildScene is a commit of one file, hello.txt, checked out into a folder of its own. */
export interface BuildScene {
  readonly workspace: string;
  build(start?: SceneBuild): Promise<ActionEnd>;
  close(): Promise<void>;
}

const BUILD_TIMEOUT_MS = 150_000;
const PLAIN_DOCKERFILE = 'FROM scratch\nCOPY hello.txt /\n';

/** makeBuildScene makes one; the inputs and the environment are those of all its builds. */
export async function makeBuildScene(all: Omit<SceneBuild, 'dockerfile'> = {}): Promise<BuildScene> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'slipway-build-'));
  // As a checkout's: the commit is older than its files. A file that is older keeps its own time in a reproducible image.
  const env = childEnvironment({ GIT_COMMITTER_DATE: new Date(Date.now() - 3_600_000).toISOString() });
  const git = (...args: string[]) => runWell('git', ['-C', workspace, ...args], env);
  await writeFile(path.join(workspace, 'hello.txt'), 'hello\n');
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message=first');
  const temp = path.join(workspace, '.temp');
  await mkdir(temp);
  return {
    workspace,
    build: async ({ dockerfile = PLAIN_DOCKERFILE, inputs = {}, environment = {} } = {}) => {
      await writeFile(path.join(workspace, 'Dockerfile'), dockerfile);
      return runAction({
        ...{ action: 'build-image', workspace, temp, timeoutMs: BUILD_TIMEOUT_MS },
        inputs: { ...all.inputs, ...inputs },
        environment: { GITHUB_SHA: 'a'.repeat(40), ...all.environment, ...environment },
      });
    },
    close: () => rm(workspace, { recursive: true, force: true }),
  };
}

async function runWell(file: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  const { exitCode, stderr } = await runProcess({ file, args, env, timeoutMs: 30_000 });
  if (exitCode !== 0) throw new Error(stderr);
}

/** GREEN is the end of a build that succeeded, as endOf tells it. */
export const GREEN = { outcome: 'succeeded', exitCode: 0, errors: [] };

/** endOf tells how a build ended. */
export function endOf({ outputs, exitCode, errors }: ActionEnd) {
  return { outcome: outputs['outcome'], exitCode, errors };
}

/** warningsOf returns what a build warned of. */
export function warningsOf({ commands }: ActionEnd): readonly string[] {
  return commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
}

/** toldBy returns a build's log without the lines by which the runner is told of secrets. */
export function toldBy({ stdout }: ActionEnd): string {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return lines.join('\n');
}

/** childrenOf returns what the index that was built lists; nothing where it is an image. */
export async function childrenOf({ outputs }: ActionEnd): Promise<readonly Descriptor[]> {
  const layout = await OciLayout.open(outputs['oci-layout'] ?? '');
  const digest = outputs['digest'] ?? '';
  if (!isDigest(digest)) throw new Error(`no digest: ${digest}`);
  const { manifests } = await layout.walk(digest);
  return referencesOf(manifests.at(-1)?.bytes ?? Buffer.from('{}')).children;
}

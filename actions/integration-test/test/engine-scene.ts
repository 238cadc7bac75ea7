import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { buildImage, docker, type BuiltImage } from './images.js';

const SUITE = `version: 1
ready: { path: /health, timeout-seconds: 20 }
checks:
  - name: says hello
    request: { path: / }
    expect: { json: { hello: world } }
`;

/** EngineScene runs the action's bundle on a real engine, and finds what it leaves there. */
export class EngineScene {
  /** The workspace, with `checks.yml` in it. */
  readonly folder: string;
  readonly base: string;
  readonly image: BuiltImage;
  #runId = '';

  private constructor(folder: string, base: string, image: BuiltImage) {
    [this.folder, this.base, this.image] = [folder, base, image];
  }

  /** open builds the image; `dockerfile` are further lines of it. */
  static async open(dockerfile: readonly string[] = []): Promise<EngineScene> {
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-scene-'));
    await writeFile(path.join(folder, 'checks.yml'), SUITE);
    const base = await ensureBaseImage();
    const image = await buildImage(folder, base, ['node', '/server.js'], dockerfile);
    return new EngineScene(folder, base, image);
  }

  /** write puts a file into the workspace. */
  write(name: string, content: unknown): Promise<void> {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    return writeFile(path.join(this.folder, name), text);
  }

  /** run runs the action, as a run of its own. */
  run(inputs: Record<string, string> = {}, more: Partial<ActionStart> = {}): Promise<ActionEnd> {
    if (more.phase !== 'post') this.#runId = `scene-${randomUUID()}`;
    return runAction({
      action: 'integration-test',
      inputs: { 'oci-layout': this.image.layout, digest: this.image.digest, suite: 'checks.yml', ...inputs },
      ...{ workspace: this.folder, temp: this.folder, timeoutMs: 120_000 },
      environment: { GITHUB_RUN_ID: this.#runId },
      ...more,
    });
  }

  /** left names what bears the label of a run: the last, unless told. */
  async left(runId = this.#runId): Promise<readonly string[]> {
    const kinds: readonly (readonly [string, readonly string[], string])[] = [
      ['container', ['ps', '--all'], '{{.Names}} {{.Label "slipway.run"}}'],
      ['network', ['network', 'ls'], '{{.Name}} {{.Label "slipway.run"}}'],
      ['volume', ['volume', 'ls'], '{{.Name}} {{.Label "slipway.run"}}'],
      ['image', ['image', 'ls', '--all', '--filter', 'label=slipway.run'], '{{.Repository}}'],
    ];
    const found = await Promise.all(
      kinds.map(async ([kind, list, format]) => {
        const lines = (await docker(...list, '--format', format)).split('\n');
        return lines.filter((line) => line.includes(runId)).map((line) => `${kind} ${line.split(' ')[0]}`);
      }),
    );
    return found.flat();
  }

  /** close removes the workspace. */
  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

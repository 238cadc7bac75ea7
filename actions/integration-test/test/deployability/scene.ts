import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';
import { ensureBaseImage } from '../../../../scripts/base-image.js';
import type { Finding } from '../../src/deployability/checks.js';
import { docker } from '../images.js';
import { buildDefects, buildOlder, STORE, type DefectImages, type Mode } from './defects.js';

const SUITE = `version: 1
ready: { path: /health, timeout-seconds: 9 }
checks:
  - name: says hello
    request: { path: / }
    expect: { contains: hello }
  - name: takes its time
    request: { path: /slow }
    expect: { contains: slow }
`;
/** For what is to be found though no path takes long. */
const FAST = SUITE.slice(0, SUITE.indexOf('  - name: takes'));
const WITHOUT_SLOW: ReadonlySet<Mode> = new Set(['drops-all-requests', 'drops-fast-requests', 'fast']);
/** Those that share a store, with the version before. */
const SHARING: ReadonlySet<Mode> = new Set(['good', 'takes-lock', 'migrates-store']);
const TASK = { containerDefinitions: [{ name: 'web', memory: 192, stopTimeout: 2 }] };

/** DefectScene runs the action's bundle on images with one defect each. */
export class DefectScene {
  readonly #folder: string;
  readonly #images: DefectImages;
  readonly #base: string;
  readonly #older: string;
  readonly #runId = `deployability-${randomUUID()}`;

  private constructor(folder: string, images: DefectImages, names: { readonly base: string; readonly older: string }) {
    [this.#folder, this.#images, this.#base, this.#older] = [folder, images, names.base, names.older];
  }

  /** open builds the images. */
  static async open(modes: readonly Mode[]): Promise<DefectScene> {
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-defects-'));
    await writeFile(path.join(folder, 'checks.yml'), SUITE);
    await writeFile(path.join(folder, 'fast.yml'), FAST);
    await writeFile(path.join(folder, 'task.json'), JSON.stringify(TASK));
    const base = await ensureBaseImage();
    const older = `slipway-defects-${randomUUID()}:older`;
    await buildOlder(older, folder, base);
    return new DefectScene(folder, await buildDefects(folder, base, modes), { base, older });
  }

  /** run runs the action on the image of a mode. */
  run(mode: Mode, inputs: Record<string, string> = {}, more: Partial<ActionStart> = {}): Promise<ActionEnd> {
    return runAction({
      action: 'integration-test',
      inputs: {
        ...{ 'oci-layout': this.#images.layout, digest: this.#images.digests.get(mode) ?? '' },
        suite: WITHOUT_SLOW.has(mode) ? 'fast.yml' : 'checks.yml',
        ...{ 'task-definition': 'task.json', deployability: 'all=error', 'grace-seconds': '4' },
        ...{ 'bad-configuration': 'LEVEL=nonsense' },
        ...(mode === 'says-ready-elsewhere' ? { 'ready-by': 'log', 'ready-log': 'listening' } : {}),
        ...(SHARING.has(mode) ? this.#sharing(mode) : {}),
        ...inputs,
      },
      ...{ workspace: this.#folder, temp: this.#folder, timeoutMs: 120_000 },
      environment: { GITHUB_RUN_ID: this.#runId },
      ...more,
    });
  }

  #sharing(mode: Mode): Record<string, string> {
    const store = { name: 'store', image: this.#base, port: 5432, command: ['node', '-e', STORE] };
    // Who cannot run beside itself cannot run beside the version before either: there is nothing more to find.
    const previous = mode === 'takes-lock' ? {} : { 'previous-image': this.#older };
    return { services: JSON.stringify([store]), ...previous };
  }

  /** left names our containers and networks that are there. */
  async left(): Promise<readonly string[]> {
    const containers = await docker('ps', '--all', '--format', '{{.Names}}');
    const networks = await docker('network', 'ls', '--format', '{{.Name}}');
    return `${containers}\n${networks}`.split('\n').filter((name) => name.includes(this.#runId));
  }

  /** close removes all, and fails when a container or network of ours is left. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await docker('image', 'rm', this.#older);
    expect(await this.left()).toEqual([]);
  }
}

/** failedCodes returns the codes of the checks that failed. */
export function failedCodes(end: ActionEnd): readonly string[] {
  return codesOf(end, 'failed');
}

/** notRun returns the codes of the checks that could not be made. */
export function notRun(end: ActionEnd): readonly string[] {
  return codesOf(end, 'not-run');
}

function codesOf({ report }: ActionEnd, wanted: Finding['state']): readonly string[] {
  const findings = (report?.['deployability'] ?? []) as readonly Finding[];
  return findings.filter(({ state }) => state === wanted).map(({ code }) => code);
}

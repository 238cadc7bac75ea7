import type { ActionEnd } from '@slipway/testkit';
import { runBuilt, type JobPlace } from './built-action.js';
import type { Chain, Outputs, Release } from './chains.js';

/** What a chain did. */
export interface ChainEnd {
  /** Main and post of each action. */
  readonly stepSeconds: Readonly<Record<string, number>>;
  /** Of the image that it built. */
  readonly digest: string;
}

/** runChain runs main of each step, then the posts, the last step's first: as the runner does. */
export async function runChain(chain: Chain, release: Release, place: JobPlace): Promise<ChainEnd> {
  const ends = new Map<string, ActionEnd>();
  const outputs: Outputs = (action, output) => ends.get(action)?.outputs[output] ?? '';
  const stepSeconds: Record<string, number> = {};
  const timed = async (name: string, act: () => Promise<ActionEnd>): Promise<ActionEnd> => {
    const startedAt = performance.now();
    const end = await act();
    stepSeconds[name] = (stepSeconds[name] ?? 0) + (performance.now() - startedAt) / 1_000;
    return end;
  };
  for (const { action, inputs } of chain.steps) {
    ends.set(action.name, await timed(action.name, () => runBuilt(action, inputs(release, outputs), place)));
  }
  for (const { action, inputs } of [...chain.steps].reverse()) {
    const main = ends.get(action.name);
    if (action.post === undefined || main === undefined) continue;
    await timed(action.name, () => runBuilt(action, inputs(release, outputs), { ...place, main }));
  }
  const digest = outputs('build-image', 'digest') || outputs('docker/build-push-action', 'digest');
  return { stepSeconds, digest };
}

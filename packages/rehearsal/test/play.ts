import { runProcess } from '@slipway/process';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { rehearse, type Digests, type Rehearsal, type RehearsalOptions, type RehearsalReport } from '../src/index.js';

/** play rehearses without a word. */
export const play = (options: Partial<RehearsalOptions> = {}): Promise<Rehearsal> =>
  rehearse({
    baseImage: () => ensureBaseImage(),
    signal: new AbortController().signal,
    say: () => undefined,
    ...options,
  });

/** leftovers lists containers, networks and volumes of ours, whoever made them. */
export async function leftovers(): Promise<string> {
  const listings = await Promise.all(
    [
      ['ps', '--all', '--format', '{{.Names}} {{.Labels}}'],
      ['network', 'ls', '--format', '{{.Name}} {{.Labels}}'],
      ['volume', 'ls', '--format', '{{.Name}} {{.Labels}}'],
    ].map((args) => runProcess({ file: 'docker', args })),
  );
  return listings
    .flatMap(({ stdout }) => stdout.split('\n'))
    .filter((line) => /slipway|local-aws/.test(line))
    .join('\n');
}

/** digestsOf returns the digests that a rehearsal read. */
export function digestsOf({ digests }: RehearsalReport): Digests {
  if (!digests) throw new Error('The rehearsal told no digests.');
  return digests;
}

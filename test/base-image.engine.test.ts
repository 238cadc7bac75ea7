import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { runProcess } from '@slipway/process';
import { ensureBaseImage } from '../scripts/base-image.js';

/** A name that no registry has: what is behind it cannot be pulled anywhere. */
const NOWHERE = 'slipway.invalid/no-such-image:none';

async function nodeVersionIn(image: string): Promise<string> {
  const name = `slipway-base-test-${randomUUID()}`;
  const args = ['run', '--rm', '--name', name, '--network', 'none', image, 'node', '--version'];
  return (await runProcess({ file: 'docker', args })).stdout;
}

describe('ensureBaseImage', () => {
  it('returns an image that runs Node 24, and says in one line where it comes from', async () => {
    const lines: string[] = [];
    const image = await ensureBaseImage({ onStatus: (line) => lines.push(line) });
    expect(await nodeVersionIn(image)).toMatch(/^v24\./);
    expect(lines).toEqual([expect.stringContaining(image)]);
  }, 60_000);

  it('makes one from this machine when the public one cannot be had, and only once', async () => {
    const localImage = `slipway-base-test:${randomUUID()}`;
    const lines: string[] = [];
    const options = { publicImage: NOWHERE, localImage, onStatus: (line: string) => lines.push(line) };
    try {
      expect(await ensureBaseImage(options)).toBe(localImage);
      expect(await nodeVersionIn(localImage)).toMatch(/^v24\./);
      expect(await ensureBaseImage(options)).toBe(localImage);
      expect(lines).toEqual([expect.stringContaining('cannot be pulled'), expect.stringContaining('made earlier')]);
    } finally {
      await runProcess({ file: 'docker', args: ['image', 'rm', localImage] });
    }
  }, 60_000);
});

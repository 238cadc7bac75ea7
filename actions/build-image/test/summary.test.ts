import { describe, expect, it } from '@jest/globals';
import type { BuiltImage } from '../src/image.js';
import { StepReader } from '../src/steps.js';
import { summaryOf } from '../src/summary.js';

const DIGEST = `sha256:${'d'.repeat(64)}` as const;
const IMAGE: BuiltImage = {
  digest: DIGEST,
  platforms: ['linux/amd64'],
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 1_234_567 }],
  sizeBytes: 2_000,
};
const SOURCE = { revision: 'c'.repeat(40), version: '1.2.3', tags: ['1.2.3'] };

/** What BuildKit tells of a build in the middle of which the cache ends. */
const PROGRESS = [
  '#1 [internal] load build definition from Dockerfile',
  '#1 DONE 0.3s',
  '#4 [deps 1/2] FROM docker.io/library/node:24',
  '#4 CACHED',
  '#5 [deps 2/2] RUN npm ci | tee log',
  '#5 CACHED',
  '#6 [final 1/2] COPY . .',
  '#6 DONE 0.0s',
  '#7 [final 2/2] RUN npm run build',
  '#7 DONE 12.3s',
  '#8 exporting to oci image format',
  '#8 DONE 2.0s',
];

function summary(lines: readonly string[], image = IMAGE): string {
  const reader = new StepReader();
  for (const line of lines) reader.read(line);
  return summaryOf(image, SOURCE, { steps: reader.steps, takenFrom: undefined });
}

describe("a build's summary", () => {
  it('tells of each step of the Dockerfile whether the cache had it, or what it took', () => {
    const text = summary(PROGRESS);
    expect(text).toContain('| Steps from the cache | 2 of 4 |');
    const rows = /<summary>Steps<\/summary>\n\n([^]*?)\n\n<\/details>/.exec(text)?.[1];
    expect(rows?.split('\n').slice(2)).toEqual([
      '| [deps 1/2] FROM docker.io/library/node:24 | from the cache |',
      '| [deps 2/2] RUN npm ci \\| tee log | from the cache |',
      '| [final 1/2] COPY . . | 0.0 s |',
      '| [final 2/2] RUN npm run build | 12.3 s |',
    ]);
  });

  it('draws where the time went: of the steps that took any, the longest first', () => {
    const bars = summary([...PROGRESS, '#9 [final 3/3] RUN npm test', '#9 DONE 20.5s']).match(/^ {2}.* :0, \d+$/gm);
    expect(bars).toEqual(['  [final 3/3] RUN npm test :0, 20500', '  [final 2/2] RUN npm run build :0, 12300']);
  });

  it('tells of a step that a cache which hung left open', () => {
    const text = summary(['#5 [final 1/1] RUN npm ci']);
    expect(text).toContain('| [final 1/1] RUN npm ci | given up |');
    expect(text).toContain('| Steps from the cache | 0 of 1 |');
  });

  it('has no table without rows, and no picture of nothing', () => {
    const text = summary([], { ...IMAGE, layers: [] });
    expect(text).not.toMatch(/<details>|mermaid/);
    expect(text).toContain(DIGEST);
  });
});

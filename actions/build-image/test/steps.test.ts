import { describe, expect, it } from '@jest/globals';
import { StepReader } from '../src/steps.js';

const WARNING = { rule: 'JSONArgsRecommended', message: 'JSON arguments recommended for CMD', line: 3 };

const read = (text: string): StepReader => {
  const reader = new StepReader();
  for (const line of text.split('\n')) reader.read(line);
  return reader;
};

describe('StepReader', () => {
  it('tells each step, how it ended, and how long it took', () => {
    const { steps } = read(
      '#5 [base 1/2] FROM scratch\n#5 CACHED\n\n#7 [final 2/2] RUN npm ci\n#7 0.512 added 12 packages\n#7 DONE 12.5s\n#8 exporting to oci\n',
    );
    expect(steps).toEqual([
      { name: '[base 1/2] FROM scratch', end: 'cached', seconds: 0 },
      { name: '[final 2/2] RUN npm ci', end: 'done', seconds: 12.5 },
      { name: 'exporting to oci', end: 'unknown', seconds: 0 },
    ]);
  });

  it('takes a layer that is fetched for one of the cache, but for that of a FROM', () => {
    const layer = `sha256:${'0a'.repeat(32)}`;
    const { steps } = read(
      [
        `#5 [base 1/2] FROM docker.io/library/node:24\n#5 ${layer} 0B / 5MB\n#5 extracting ${layer} done\n#5 DONE 2.0s`,
        `#6 [base 2/2] RUN npm ci\n#6 ${layer} 142B / 142B 0.0s done\n#6 DONE 0.3s`,
        `#7 [linux/amd64 final 1/2] COPY a /\n#7 CACHED\n#7 [linux/amd64 final 1/2] COPY a /\n#7 extracting ${layer} 0.2s done\n#7 DONE 0.2s`,
        `#8 [final 2/2] RUN sha256sum a\n#8 0.123 ${layer} a\n#8 DONE 0.4s`,
      ].join('\n'),
    );
    expect(steps.map(({ end, seconds }) => [end, seconds])).toEqual([
      ['done', 2],
      ['cached', 0.3],
      ['cached', 0.2],
      ['done', 0.4],
    ]);
  });

  it('tells of a cache that failed, and not of a step of the Dockerfile that speaks of one', () => {
    const failed = read(
      '#3 [1/1] RUN clear cache\n#3 ERROR: exit 1\n#4 importing cache manifest from gha:17\n#4 ERROR: 429 Too Many Requests\n',
    );
    expect(failed.cacheTrouble).toBe('importing cache manifest from gha:17');
    expect(read('#4 importing cache manifest from gha:17\n#4 DONE 0.1s\n').cacheTrouble).toBeUndefined();
  });

  it('tells of no trouble with a cache that nobody has written yet', () => {
    const empty = 'ERROR: failed to configure registry cache importer: r.example/shop/web:cache: not found';
    const first = read(`#3 importing cache manifest from r.example/shop/web:cache\n#3 ${empty}\n`);
    expect(first.cacheTrouble).toBeUndefined();
    expect(read(`#8 exporting cache to registry\n#8 ${empty}\n`).cacheTrouble).toBe('exporting cache to registry');
  });

  it("reads the Dockerfile's check warnings", () => {
    const { warnings } = read(
      ' 1 warning found (use docker --debug to expand):\n - JSONArgsRecommended: JSON arguments recommended for CMD (line 3)\n',
    );
    expect(warnings).toEqual([WARNING]);
  });

  it('tells a warning once, of however many builds and places of the output', () => {
    const reader = new StepReader().begin();
    reader.read('#1 [internal] load build definition from Dockerfile');
    reader.read('#1 WARN: JSONArgsRecommended: JSON arguments recommended for CMD (line 3)');
    expect(reader.warnings).toEqual([WARNING]);
    reader.begin().read(' - JSONArgsRecommended: JSON arguments recommended for CMD (line 3)');
    expect(reader.warnings).toEqual([WARNING]);
    reader.read(' - JSONArgsRecommended: JSON arguments recommended for CMD (line 5)');
    expect(reader.warnings).toHaveLength(2);
  });
});

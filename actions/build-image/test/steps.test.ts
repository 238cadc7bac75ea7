import { describe, expect, it } from '@jest/globals';
import { StepReader } from '../src/steps.js';

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

  it('tells of a cache that failed, and not of a step of the Dockerfile that speaks of one', () => {
    const failed = read(
      '#3 [1/1] RUN clear cache\n#3 ERROR: exit 1\n#4 importing cache manifest from gha:17\n#4 ERROR: 429 Too Many Requests\n',
    );
    expect(failed.cacheTrouble).toBe('importing cache manifest from gha:17');
    expect(read('#4 importing cache manifest from gha:17\n#4 DONE 0.1s\n').cacheTrouble).toBeUndefined();
  });

  it("reads the Dockerfile's check warnings", () => {
    const { warnings } = read(
      ' 1 warning found (use docker --debug to expand):\n - JSONArgsRecommended: JSON arguments recommended for CMD (line 3)\n',
    );
    expect(warnings).toEqual([{ rule: 'JSONArgsRecommended', message: 'JSON arguments recommended for CMD', line: 3 }]);
  });
});

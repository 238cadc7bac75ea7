import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOfStep } from '../src/failed-line.js';

const ONE = 'FROM a\nENV X=1\nRUN make\nRUN make\nCOPY $X /\n';
const SEVERAL = `ARG BASE
FROM \${BASE} AS deps
RUN npm ci

FROM \${BASE} AS Build
COPY --from=deps /a /a
# the middle
RUN --mount=type=secret,id=npm ["node", "-e", \\
  # of it
  "process.exit(3)"]
RUN npm ci
FROM \${BASE}
RUN npm ci
`;

describe('the line of a step', () => {
  it.each([
    ['[2/4] RUN make', ONE, 3],
    ['[3/4] RUN make', ONE, 4],
    ['[4/4] COPY 1 /', ONE, 5],
    ['[linux/arm64 3/4] RUN make', ONE, 4],
    ['[3/9] RUN make', ONE, undefined],
    ['[3/4] COPY x /', ONE, undefined],
    ['[deps 2/2] RUN npm ci', SEVERAL, 3],
    ['[build 3/4] RUN --mount=type=secret,id=npm ["node", "-e",   "process.exit(3)"]', SEVERAL, 8],
    ['[linux/amd64 build 4/4] RUN npm ci', SEVERAL, 11],
    ['[stage-2 2/2] RUN npm ci', SEVERAL, 13],
    ['RUN --mount=type=secret,id=npm ["node", "-e", "process.exit(3)"]', SEVERAL, 8],
    ['[other 1/9] RUN npm ci', SEVERAL, undefined],
    ['[internal] load metadata', SEVERAL, undefined],
  ])('%s', (step, dockerfile, line) => {
    expect(lineOfStep(step, dockerfile)).toBe(line);
  });

  it('is a line of the file or none, whatever the step is called', () => {
    fc.assert(
      fc.property(fc.string(), (step) => {
        const line = lineOfStep(step, SEVERAL) ?? 1;
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(SEVERAL.split('\n').length);
      }),
    );
  });
});

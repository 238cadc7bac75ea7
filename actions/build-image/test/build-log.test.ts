import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readBuildFailure } from '../src/build-log.js';

const DOCKERFILE = 'FROM node AS base\nRUN npm ci\n\nFROM base AS final\nCOPY   missing.txt  /\nRUN npm run build\n';

const CURRENT = `#7 [final 2/3] RUN npm run build
#7 0.310 > build
#7 0.412 error TS2304: Cannot find name 'x'.
#7 ERROR: process "/bin/sh -c npm run build" did not complete successfully: exit code: 2
------
 > [final 2/3] RUN npm run build:
0.310 > build
0.412 error TS2304: Cannot find name 'x'.
------
app/Dockerfile:6
--------------------
   5 |     COPY   missing.txt  /
   6 | >>> RUN npm run build
--------------------
ERROR: failed to solve: process "/bin/sh -c npm run build" did not complete successfully: exit code: 2`;

const OLDER = `#5 [final 1/2] COPY missing.txt /
#5 ERROR: "/missing.txt" not found: not found
------
 > [final 1/2] COPY missing.txt /:
------
ERROR: failed to solve: failed to compute cache key: "/missing.txt" not found: not found`;

const PARSE = `#2 DONE 0.0s
ERROR: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: COPPY`;

function read(text: string) {
  return readBuildFailure(text.split('\n'), DOCKERFILE);
}

describe('readBuildFailure', () => {
  it('reads step, line and tail from a current BuildKit', () => {
    expect(read(CURRENT)).toEqual({
      message: 'process "/bin/sh -c npm run build" did not complete successfully: exit code: 2',
      step: '[final 2/3] RUN npm run build',
      line: 6,
      tail: ['0.310 > build', "0.412 error TS2304: Cannot find name 'x'."],
    });
  });

  it('finds the line by the instruction where BuildKit does not name it', () => {
    expect(read(OLDER)).toEqual({
      ...{ message: '"/missing.txt" not found: not found', step: '[final 1/2] COPY missing.txt /', line: 5, tail: [] },
    });
  });

  it('names no line when the instruction stands there twice', () => {
    const failure = readBuildFailure(OLDER.split('\n'), `${DOCKERFILE}COPY missing.txt /\n`);
    expect(failure.line).toBeUndefined();
  });

  it("reads the parser's own line", () => {
    expect(read(PARSE)).toEqual({
      message: 'dockerfile parse error line 2: unknown instruction: COPPY',
      step: undefined,
      line: 2,
      tail: [],
    });
  });

  it('keeps the last twenty lines of a long step', () => {
    const output = Array.from({ length: 50 }, (_, at) => `0.1 line ${at}`);
    const { tail } = readBuildFailure(['------', ' > [1/1] RUN x:', ...output, '------', 'ERROR: x'], '');
    expect(tail).toHaveLength(20);
    expect(tail.at(-1)).toBe('0.1 line 49');
  });

  it('says something of any log', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        const failure = readBuildFailure(lines, DOCKERFILE);
        expect(typeof failure.message).toBe('string');
        expect(failure.tail.length).toBeLessThanOrEqual(20);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../src/tell.js';
import { lastLinesOf } from '../src/plan.js';

const good = { name: 'good', line: 4, passed: true, ms: 5, problems: [], status: 200, bodySnippet: 'ok' };

describe('summaryOf', () => {
  it('puts the failed checks first', () => {
    const bad = { ...good, name: 'bad', passed: false, problems: ['status is 500; expected 2xx', 'b'] };
    const summary = summaryOf({ file: 'checks.yml', passed: 1, failed: 1, checks: [good, bad] }, 'sha256:1');
    expect(summary).toBe(`### Integration test: 1 of 2 checks failed

Image \`sha256:1\`, suite \`checks.yml\`

| Failed check | ms | Why | Answer |
| --- | --- | --- | --- |
| bad | 5 | status is 500; expected 2xx<br>b | ok |

| Passed check | ms |
| --- | --- |
| good | 5 |`);
  });

  it('lets no answer become Markdown or HTML', () => {
    const bad = { ...good, passed: false, bodySnippet: '![x](https://x) <img src=x> | `a` @all' };
    const summary = summaryOf({ file: 'checks.yml', passed: 0, failed: 1, checks: [bad] }, 'sha256:1');
    expect(summary).toContain('\\!\\[x\\]\\(https\\://x\\) &lt;img src=x> \\| \\`a\\` \\@all');
  });
});

describe('lastLinesOf', () => {
  it('cuts a log to its end', () => {
    const log = Array.from({ length: 9 }, (_, at) => `${at}${'x'.repeat(300)}`);
    const lines = lastLinesOf(log).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe(`  | 8${'x'.repeat(199)}`);
  });
});

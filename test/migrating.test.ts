import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { migrationProblems, type PeerAction } from './migrating-problems.js';
import { migrationTables, sectionsOf } from './migrating-tables.js';
import { loadOwnCode } from './own-code.js';
import { ROOT, yamlBlocksIn } from './yaml-documents.js';
import { thirdPartyUses } from './yaml-rules.js';

const GUIDE = 'docs/migrating.md';
const guide = readFileSync(path.join(ROOT, GUIDE), 'utf8');
const peers = JSON.parse(readFileSync(path.join(ROOT, 'test/migrating-inputs.json'), 'utf8')) as readonly PeerAction[];
const { actions } = await loadOwnCode();

describe('the guide for people who come from elsewhere', () => {
  it('maps every input and output of the listed actions once, to what is there or to a reason', () => {
    expect(migrationProblems(guide, peers, actions)).toEqual([]);
  });

  it.each(peers)('$action is listed whole, at one commit', ({ version, commit, inputs, outputs }) => {
    expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    for (const names of [inputs, outputs]) expect(names).toEqual([...new Set(names)]);
    expect(Math.min(inputs.length, outputs.length)).toBeGreaterThan(0);
  });

  it('shows them at the very commits that were read', () => {
    const read = new Map(peers.map(({ action, commit }) => [action, commit]));
    const shown = yamlBlocksIn(GUIDE)
      .flatMap(thirdPartyUses)
      .filter(({ action }) => read.has(action));
    expect(shown.map(({ action }) => action)).toContain('aws-actions/amazon-ecs-deploy-task-definition');
    expect(shown.filter(({ action, commit }) => read.get(action) !== commit)).toEqual([]);
  });

  it('shows them with inputs that they have', () => {
    const uses = yamlBlocksIn(GUIDE).flatMap(({ root }) => stepsOf(root));
    const problems = uses.flatMap(({ uses: name = '', with: inputs = {} }) => {
      const peer = peers.find(({ action }) => name.startsWith(`${action}@`));
      return peer ? Object.keys(inputs).filter((input) => !peer.inputs.includes(input)) : [];
    });
    expect(problems).toEqual([]);
  });

  it.each(['From ecspresso', 'From CodeDeploy'])('%s: has its table', (heading) => {
    const tables = migrationTables(guide).filter((table) => table.heading === heading);
    expect(tables.map(({ rows }) => rows.every(({ here }) => here !== ''))).toEqual([true]);
  });

  it('links to headings that it has', () => {
    const anchors = sectionsOf(guide).map(({ heading }) => heading.toLowerCase().replaceAll(' ', '-'));
    const links = [...guide.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links).toContain('from-codedeploy');
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
  });
});

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

function stepsOf(root: unknown): readonly Step[] {
  return (root as { readonly steps?: readonly Step[] }).steps ?? [];
}

const PEER: PeerAction = {
  action: 'them/their-action',
  version: 'v1.2.3',
  commit: '0'.repeat(40),
  inputs: ['one'],
  outputs: ['made'],
};

/** A guide with one row of inputs, and what else its text says. */
function guideOf(rows: readonly string[], { outputs = ['| `made` | push-ecr `digest` | |'], said = 'v1.2.3' } = {}) {
  const table = (kind: string, lines: readonly string[]) =>
    [`| ${kind} | Here | What to know |`, '| --- | --- | --- |', ...lines].join('\n');
  return `# Guide\n\n### them/their-action\n\nRead from ${said}.\n\n${table('Input', rows)}\n\n${table('Output', outputs)}\n`;
}

describe('migrationProblems', () => {
  it.each([
    ['a place', ['| `one` | push-ecr `tag` | |']],
    ['two places', ['| `one` | build-image `version`; push-ecr `repository`, `tag` | Both. |']],
    ['a value', ['| `one` | bluegreen-deploy `strategy: canary` | |']],
    ['a reason', ['| `one` | — | Not needed: `tag` does it. |']],
  ])('finds nothing in a row with %s', (_what, rows) => {
    expect(migrationProblems(guideOf(rows), [PEER], actions)).toEqual([]);
  });

  it.each([
    ['a name that is missing', [], "input 'one' is there 0 times"],
    [
      'a name that is there twice',
      ['| `one` | push-ecr `tag` | |', '| `one` | — | No. |'],
      "input 'one' is there 2 times",
    ],
    ['a name that the peer does not have', ['| `one`, `two` | push-ecr `tag` | |'], "it has no input 'two' in v1.2.3"],
    ['an input that is not there', ['| `one` | push-ecr `tags` | |'], "push-ecr has no input 'tags'"],
    ['an output where inputs are', ['| `one` | push-ecr `pushed` | |'], "push-ecr has no input 'pushed'"],
    ['a member of every object', ['| `one` | push-ecr `constructor` | |'], "push-ecr has no input 'constructor'"],
    [
      'a value that is not one',
      ['| `one` | bluegreen-deploy `strategy: red` | |'],
      "'strategy' of bluegreen-deploy is 'red'",
    ],
    ['an action that is not there', ['| `one` | pull-ecr `tag` | |'], "'pull-ecr `tag`' names no action"],
    ['an action alone', ['| `one` | push-ecr | |'], "'push-ecr' names no Input"],
    ['an empty place', ['| `one` | | Why. |'], "'' names no action"],
    ['a gap without a reason', ['| `one` | — | |'], 'there is no reason'],
    ['a note that names nothing', ['| `one` | — | Use `tag-of-old`. |'], "nothing is called 'tag-of-old'"],
  ])('finds %s', (_what, rows, problem) => {
    expect(migrationProblems(guideOf(rows), [PEER], actions)).toEqual([expect.stringContaining(problem)]);
  });

  it('finds an output that is not there, and a section of another version', () => {
    const rows = ['| `one` | push-ecr `tag` | |'];
    const problems = migrationProblems(
      guideOf(rows, { outputs: ['| `made` | push-ecr `move-tag` | |'], said: 'v1.2.2' }),
      [PEER],
      actions,
    );
    expect(problems).toEqual([
      'them/their-action: no section says that it was read from v1.2.3',
      "them/their-action: made: push-ecr has no output 'move-tag'",
    ]);
  });

  it('takes a comment of a script for no heading', () => {
    const fenced = `# Guide\n\n\`\`\`text\n# Not a heading\n\`\`\`\n`;
    expect(sectionsOf(fenced).map(({ heading }) => heading)).toEqual(['Guide']);
  });
});

import { DockerfileParser } from 'dockerfile-ast';

/** What counts as a step of a stage in BuildKit's progress. */
const STEPS: ReadonlySet<string> = new Set(['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR']);

interface Placed {
  readonly keyword: string;
  /** In one line. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** The stage's name, `stage-1` where it has none. */
  readonly stage: string;
  /** From 1, within its stage. */
  readonly ordinal: number;
}

/**
 * lineOfStep finds the line of a Dockerfile that a step of BuildKit's progress stands for: `[build 3/4] RUN npm ci`.
 * Older engines name nothing but the step. It goes by the place in the stage, else by the words, where only one
 * instruction has them; undefined where neither is certain.
 */
export function lineOfStep(step: string, dockerfile: string): number | undefined {
  const [, place = '', words = step] = /^\[([^\]]*)\] (.*)$/s.exec(step) ?? [];
  const all = placed(dockerfile);
  const keyword = words.split(' ', 1)[0]?.toUpperCase();
  const found = byPlace(all, place) ?? byWords(all, words);
  return found?.keyword === keyword ? found?.line : undefined;
}

function placed(dockerfile: string): readonly Placed[] {
  const found: Placed[] = [];
  const lines = dockerfile.split(/\r?\n/);
  let stage = '';
  let [stages, ordinal] = [0, 0];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    if (!STEPS.has(instruction.getKeyword())) continue;
    if (instruction.getKeyword() === 'FROM') {
      const words = instruction.getArguments().map((word) => word.getValue());
      stage = words[1]?.toUpperCase() === 'AS' ? (words[2] ?? '').toLowerCase() : `stage-${stages}`;
      [stages, ordinal] = [stages + 1, 0];
    }
    ordinal += 1;
    const { start, end } = instruction.getRange();
    const text = oneLine(lines.slice(start.line, end.line + 1));
    found.push({ keyword: instruction.getKeyword(), text, line: start.line + 1, stage, ordinal });
  }
  return found;
}

/** `3/4` in a Dockerfile of one stage, `build 3/4`, `linux/arm64 build 3/4`. */
function byPlace(all: readonly Placed[], place: string): Placed | undefined {
  const [, before = '', ordinal, total] = /^(.*?)(\d+)\/(\d+)$/.exec(place) ?? [];
  const name = before.trim().split(' ').at(-1) ?? '';
  const stage = all.filter((one) => one.stage === (name === '' || name.includes('/') ? 'stage-0' : name));
  // Another number of steps is another way of counting, and its place not ours.
  return stage.length === Number(total) ? stage.find((one) => one.ordinal === Number(ordinal)) : undefined;
}

function byWords(all: readonly Placed[], words: string): Placed | undefined {
  const same = all.filter(({ text }) => text === squeeze(words));
  return same.length === 1 ? same[0] : undefined;
}

/** Lines as BuildKit shows an instruction: made one, comments between them left out. */
function oneLine(lines: readonly string[]): string {
  return squeeze(
    lines
      .filter((line) => !/^\s*#/.test(line))
      .map((line) => line.replace(/[\\`]\s*$/, ''))
      .join(''),
  );
}

function squeeze(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

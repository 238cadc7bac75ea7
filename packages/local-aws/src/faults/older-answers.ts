import type { Answer } from './play.js';

/** OlderAnswers remembers what reads answered, so that one can be answered as if nothing had happened since. */
export interface OlderAnswers {
  /** Notes what a read answered. Reads with the same key ask the same. */
  remember(key: string, answer: Answer, requestId: string): void;
  /** Notes that something is about to change. */
  noteWrite(): void;
  /** What the read answered before the latest write, or that long ago; undefined when it was not asked then. */
  find(key: string, agoMs: number | undefined): ((requestId: string) => Answer) | undefined;
}

interface Entry {
  readonly atMs: number;
  /** How many writes came before. */
  readonly writes: number;
  readonly answer: Answer;
}

/** How far back a time can be looked up, in different answers of one read. */
const MOST_ENTRIES = 32;
/** A page of services has some 100 KB; this is a hundred of them. */
const MOST_CHARACTERS = 10_000_000;
/** Stands for the request id, which is in every XML answer; no answer has this character otherwise. */
const REQUEST_ID = '\u0000';

/** createOlderAnswers returns an empty memory, bounded in size: what changed the longest time ago goes first. */
export function createOlderAnswers(now: () => number): OlderAnswers {
  const byKey = new Map<string, readonly Entry[]>();
  let characters = 0;
  let writes = 0;
  const forget = (key: string): void => {
    characters -= sizeOf(byKey.get(key) ?? []);
    byKey.delete(key);
  };
  return {
    remember: (key, answer, requestId) => {
      const body = answer.body.replaceAll(requestId, REQUEST_ID);
      const entries = byKey.get(key) ?? [];
      if (entries.at(-1)?.answer.body === body) return;
      forget(key);
      const kept = [...withoutSurplus(entries, writes), { atMs: now(), writes, answer: { ...answer, body } }];
      byKey.set(key, kept);
      characters += sizeOf(kept);
      for (const oldest of byKey.keys()) if (characters > MOST_CHARACTERS) forget(oldest);
    },
    noteWrite: () => (writes += 1),
    find: (key, agoMs) => {
      const isOlder = (entry: Entry): boolean =>
        agoMs === undefined ? entry.writes < writes : entry.atMs <= now() - agoMs;
      const found = byKey.get(key)?.findLast(isOlder)?.answer;
      return found && ((requestId) => ({ ...found, body: found.body.replaceAll(REQUEST_ID, requestId) }));
    },
  };
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { answer }) => sum + answer.body.length, 0);
}

/** Keeps the latest answers and, whatever their number, the last one from before the latest write. */
function withoutSurplus(entries: readonly Entry[], writes: number): readonly Entry[] {
  if (entries.length < MOST_ENTRIES) return entries;
  const beforeWrite = entries.findLast((entry) => entry.writes < writes);
  const latest = entries.slice(1 - MOST_ENTRIES);
  return beforeWrite === undefined || latest.includes(beforeWrite) ? latest : [beforeWrite, ...latest];
}

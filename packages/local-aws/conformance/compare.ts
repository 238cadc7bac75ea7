import type { Played } from './play.js';

/** Difference is one thing that two AWSs do not do alike. */
export interface Difference {
  /** `<service>:<Operation> (<what>)`. */
  readonly call: string;
  /** The member, as in `services[].events[].id`; empty for the answer as a whole. */
  readonly member: string;
  readonly kind: 'only local-aws has it' | 'only the judge has it' | 'another value' | 'another error';
  readonly ours: string;
  readonly theirs: string;
}

/** compare returns every difference between two plays of the same steps: of members, of values, of errors. */
export function compare(ours: readonly Played[], theirs: readonly Played[]): Difference[] {
  return ours.flatMap((mine, index) => {
    const other = theirs[index];
    return other ? compareStep(mine, other) : [];
  });
}

/** describe tells a difference in one line. */
export function describe({ call, member, kind, ours, theirs }: Difference): string {
  return `${call} ${member || 'as a whole'}: ${kind} (local-aws: ${ours}; judge: ${theirs})`;
}

function compareStep(mine: Played, other: Played): Difference[] {
  const call = `${mine.step.operation} (${mine.step.what})`;
  if ('output' in mine && 'output' in other) return compareOutputs(call, leaves(mine.output), leaves(other.output));
  const [ours, theirs] = [endOf(mine), endOf(other)];
  return ours === theirs ? [] : [{ call, member: '', kind: 'another error', ours, theirs }];
}

function endOf(played: Played): string {
  return 'errorCode' in played ? played.errorCode : 'no error';
}

type Leaves = ReadonlyMap<string, readonly string[]>;

function compareOutputs(call: string, ours: Leaves, theirs: Leaves): Difference[] {
  const members = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return members.flatMap((member): Difference[] => {
    const [mine, other] = [ours.get(member), theirs.get(member)];
    const texts = { ours: (mine ?? []).join(' | ') || '–', theirs: (other ?? []).join(' | ') || '–' };
    if (!other) return [{ call, member, kind: 'only local-aws has it', ...texts }];
    if (!mine) return [{ call, member, kind: 'only the judge has it', ...texts }];
    return texts.ours === texts.theirs ? [] : [{ call, member, kind: 'another value', ...texts }];
  });
}

/** leaves returns the values of every member that has any, by its path; elements of a list share theirs. */
function leaves(output: object): Leaves {
  const found = new Map<string, string[]>();
  const walk = (path: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value) && value.length > 0) return value.forEach((each) => walk(`${path}[]`, each));
    if (typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length > 0) {
      for (const [name, member] of Object.entries(value)) {
        if (path !== '' || name !== '$metadata') walk(path === '' ? name : `${path}.${name}`, member);
      }
      return;
    }
    if (path !== '') found.set(path, [...new Set([...(found.get(path) ?? []), normal(value)])].sort());
  };
  walk('', output);
  return found;
}

/** Numbers beyond it, in September 2001, are times: nothing else here is counted so far. */
const EPOCH_MS = 1_000_000_000_000;

/** What may differ between any two accounts, or two moments, is replaced by what it is. */
function normal(value: unknown): string {
  if (value instanceof Date || (typeof value === 'number' && value > EPOCH_MS)) return '<time>';
  if (typeof value !== 'string') return JSON.stringify(value);
  return value
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replace(/\b(subnet|vpc|sg)-[0-9a-z]+\b/g, '<$1>')
    .replace(/(?<!sha256:)\b(?=[0-9a-f]*\d)[0-9a-f]{16,32}\b/g, '<id>')
    .replace(/\b\d{50,}\b/g, '<id>')
    .replace(/\b\d{12}\b/g, '<account>');
}

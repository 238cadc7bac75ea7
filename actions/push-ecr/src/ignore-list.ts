import { readFile } from 'node:fs/promises';
import type { Finding } from '@slipway/aws';
import { SlipwayError, messageOf, nearest } from '@slipway/core';
import { isRecord, readYaml } from './yaml-text.js';

/** IgnoreEntry is a finding that somebody decided to live with, why, and until when. */
export interface IgnoreEntry {
  readonly id: string;
  /** Absent: in every package. */
  readonly package?: string;
  readonly reason: string;
  /** YYYY-MM-DD, the last day on which it counts, in UTC. */
  readonly expires: string;
}

const MEMBERS = ['id', 'package', 'reason', 'expires'];
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * readIgnoreFile reads the file that `scan-ignore` names.
 *
 * @throws SlipwayError PUSH_SCAN_IGNORE_INVALID
 */
export async function readIgnoreFile(file: string | undefined): Promise<readonly IgnoreEntry[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw wrong(`it cannot be read (${messageOf(error)})`);
  });
  return parseIgnoreList(text);
}

/**
 * parseIgnoreList reads a list of findings to be ignored; all that is wrong is told at once.
 *
 * @throws SlipwayError PUSH_SCAN_IGNORE_INVALID
 */
export async function parseIgnoreList(text: string): Promise<readonly IgnoreEntry[]> {
  const list = (await readYaml(text, wrong)) ?? [];
  if (!Array.isArray(list)) throw wrong('it has to be a list of entries');
  const problems = (list as unknown[]).flatMap((entry, at) => problemsOf(entry).map((why) => `entry ${at + 1} ${why}`));
  if (problems.length > 0) throw wrong(problems.join('; '));
  return list as IgnoreEntry[];
}

function problemsOf(entry: unknown): string[] {
  if (!isRecord(entry)) return ['is no mapping'];
  const problems: string[] = [];
  for (const member of Object.keys(entry).filter((key) => !MEMBERS.includes(key))) {
    const meant = nearest(member, MEMBERS);
    problems.push(`has the member '${member}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
  }
  for (const member of ['id', 'reason', 'expires', ...('package' in entry ? ['package'] : [])]) {
    const value = entry[member];
    if (typeof value !== 'string' || value.trim() === '') problems.push(`needs '${member}', a text`);
  }
  const { expires } = entry;
  if (typeof expires === 'string' && !isDate(expires))
    problems.push(`has 'expires: ${expires}', which is no day as 2027-01-31`);
  return problems;
}

function isDate(text: string): boolean {
  const parsed = DATE.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // The 31st of February is read as a day in March.
  return parsed !== undefined && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** hasExpired tells whether an entry's last day is over. */
export function hasExpired({ expires }: IgnoreEntry, nowMs: number): boolean {
  return new Date(nowMs).toISOString().slice(0, 10) > expires;
}

/** isMeant tells whether an entry speaks of a finding: by its id, and where it names a package, of that one alone. */
export function isMeant(entry: IgnoreEntry, { id, packages }: Finding): boolean {
  const { package: name } = entry;
  if (entry.id !== id) return false;
  return name === undefined || (packages.length > 0 && packages.every((one) => one.name === name));
}

function wrong(why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SCAN_IGNORE_INVALID',
    message: `The file of 'scan-ignore' cannot be used: ${why}.`,
    hint: 'Write a list of entries with id, reason and expires (a day, as 2027-01-31), and package where only one is meant.',
  });
}

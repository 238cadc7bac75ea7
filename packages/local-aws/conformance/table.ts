import type { KnownDifference } from './known-differences.js';

/** HEADINGS are the columns of the table of differences. */
export const HEADINGS = ['Operation', 'Member', 'Difference', 'Verdict', 'Reason'] as const;

const DOCUMENTATION = 'https://docs.aws.amazon.com/';

/** rowOf returns a known difference as the documentation tells it, cell by cell. */
export function rowOf({ operation, member, kind, verdict, reason, document }: KnownDifference): readonly string[] {
  const shown = member === '' ? 'the answer' : `\`${member}\``;
  return [`\`${operation}\``, shown, kind, verdict, `${reason} [AWS](${DOCUMENTATION}${document})`];
}

/** tableOf returns the table in Markdown. */
export function tableOf(differences: readonly KnownDifference[]): string {
  const rows = [HEADINGS, HEADINGS.map(() => '---'), ...differences.map(rowOf)];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

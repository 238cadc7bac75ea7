import { appendFile } from 'node:fs/promises';

/** GitHub shows at most 1 MiB of summary per step; a longer one fails the upload and shows nothing. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** Escapes what would end a table cell or start a tag. */
export function cell(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replace(/\r?\n/g, '<br>');
}

/** table renders a Markdown table; every cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}

/** appendSummary adds Markdown to the job's summary; without a runner there is none and nothing happens. */
export async function appendSummary(markdown: string, file: string | undefined): Promise<void> {
  if (!file) return;
  const bytes = Buffer.from(`${markdown}\n\n`);
  const cut = '\n\n*The rest was cut: GitHub shows 1 MiB per step.*\n';
  await appendFile(
    file,
    bytes.length <= MAX_SUMMARY_BYTES ? bytes : bytes.toString('utf8', 0, MAX_SUMMARY_BYTES - cut.length) + cut,
  );
}

import path from 'node:path';

/** placeOf shows a file as the repository has it, which annotations want too; a file elsewhere keeps its whole path. */
export function placeOf({ workspace }: { readonly workspace: string }, file: string): string {
  const relative = path.relative(workspace, file);
  return relative.startsWith('..') ? file : relative;
}

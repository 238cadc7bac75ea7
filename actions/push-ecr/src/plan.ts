/** What is to be done about a tag. */
export type TagPlan =
  /** Nobody has the tag. */
  | { readonly kind: 'push' }
  /** The tag names the image already. */
  | { readonly kind: 'unchanged' }
  /** The tag names another image and may be moved. */
  | { readonly kind: 'move'; readonly current: string }
  /** The tag names another image and stays there. */
  | { readonly kind: 'taken'; readonly current: string };

/** planTag decides by what the tag names now; `current` is undefined when it names nothing. */
export function planTag(current: string | undefined, wanted: string, mayMove: boolean): TagPlan {
  if (current === undefined) return { kind: 'push' };
  if (current === wanted) return { kind: 'unchanged' };
  return { kind: mayMove ? 'move' : 'taken', current };
}

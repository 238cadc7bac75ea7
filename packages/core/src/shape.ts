/** Shape is what a value of a request has to look like, read from a service's own model. */
export type Shape =
  | {
      readonly kind: 'text';
      /** What it may be, where it is an enumeration; AWS may add to it. */
      readonly values?: readonly string[];
    }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | StructureShape;

/** StructureShape is the shape of an object whose members are known. */
export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
  /** A union: exactly one of the members is given. */
  readonly isUnion: boolean;
}

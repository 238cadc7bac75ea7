import type { Answer, Asked } from './answer.js';
import type { Permissions, World } from './world.js';

/** One route of the API, below `/repos/OWNER/NAME/`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Parts that begin with a colon stand for any one part. */
  readonly path: string;
  /** What the token has to have. */
  readonly needs: readonly [keyof Permissions, 'read' | 'write'];
  readonly answer: (world: World, asked: Asked) => Answer;
}

/** partsOf returns the named parts of a path that a route answers; undefined when it is not the route's. */
export function partsOf(route: Route, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = route.path.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [at, name] of wanted.entries()) {
    const value = decodeURIComponent(given[at] ?? '');
    if (name.startsWith(':')) parts[name.slice(1)] = value;
    else if (name !== value) return undefined;
  }
  return parts;
}

/** mayUse tells whether a token's permissions suffice. */
export function mayUse(permissions: Permissions, [name, level]: Route['needs']): boolean {
  const granted = permissions[name];
  return granted === 'write' || granted === level;
}

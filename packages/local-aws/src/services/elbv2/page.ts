import type { Input } from './input.js';

/** readPage takes what asks for a page of a list: here everything fits in one. */
export function readPage(input: Input): void {
  input.text('Marker');
  input.integer('PageSize', { min: 1, max: 400 });
}

import { Lexer, Parser } from 'yaml';

/** Deeper than anything that a person writes. */
const MAX_DEPTH = 64;

/**
 * tooDeepAt returns the offset at which a text's collections are nested too deeply, or undefined. It is asked before
 * the text is composed: composing descends into collections, and near the end of its stack V8 may abort the process.
 */
export function tooDeepAt(text: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) void token;
    if (parser.stack.length > MAX_DEPTH) return parser.offset - lexeme.length;
  }
  return undefined;
}

/** plain keeps a foreign text a text in Markdown: no links, no images, no mentions. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!~@:]/g, (character) => `\\${character}`);
}

import { readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { isScalar, parseDocument, type Document } from 'yaml';

/** A YAML text: a file, or a block of a Markdown file. */
export interface YamlSource {
  /** Where it stands: `README.md:12`, or a path. From the repository's root. */
  readonly name: string;
  readonly text: string;
}

/** A YAML text that was read. */
export interface YamlFile extends YamlSource {
  /** With the comments. */
  readonly document: Document;
  readonly root: unknown;
  /** What makes it no YAML. */
  readonly errors: readonly string[];
}

/** The repository's root. */
export const ROOT = path.resolve(import.meta.dirname, '..');

/** readYaml parses one text; a text that is no YAML has errors. */
export function readYaml(source: YamlSource): YamlFile {
  const document = parseDocument(source.text, { prettyErrors: true });
  const errors = [...document.errors, ...document.warnings].map((error) => error.message);
  return { ...source, document, root: errors.length === 0 ? (document.toJS() as unknown) : undefined, errors };
}

/** yamlFilesIn reads the YAML files of a folder, not of those below it. */
export function yamlFilesIn(folder: string): YamlFile[] {
  return readdirSync(path.join(ROOT, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => readYaml({ name: `${folder}/${name}`, text: read(`${folder}/${name}`) }));
}

/** exampleWorkflows reads the workflows of the examples, at any depth: YAML files that have jobs. */
export function exampleWorkflows(): YamlFile[] {
  return below('examples', /\.ya?ml$/)
    .map((name) => readYaml({ name, text: read(name) }))
    .filter(({ root, errors }) => errors.length > 0 || 'jobs' in asMap(root));
}

/** markdownFiles names the Markdown files that readers are sent to. */
export function markdownFiles(): string[] {
  const ofActions = readdirSync(path.join(ROOT, 'actions')).map((action) => `actions/${action}/README.md`);
  const ofRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  return [...ofRoot, ...ofActions, ...below('docs', /\.md$/), ...below('examples', /\.md$/)].filter((name) =>
    existsSync(path.join(ROOT, name)),
  );
}

function below(folder: string, name: RegExp): string[] {
  if (!existsSync(path.join(ROOT, folder))) return [];
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file) && !file.includes('node_modules'))
    .map((file) => path.posix.join(folder, file))
    .sort();
}

/** yamlBlocksIn reads the YAML code blocks of a Markdown file. */
export function yamlBlocksIn(file: string): YamlFile[] {
  return yamlBlocks({ name: file, text: read(file) });
}

/** yamlBlocks finds the fenced blocks marked yaml or yml, also those that are indented within a list. */
export function yamlBlocks(markdown: YamlSource): YamlFile[] {
  const fence = /^([ \t]*)```ya?ml\b[^\n]*\n([\s\S]*?)^\1```[ \t]*$/gm;
  return [...markdown.text.matchAll(fence)].map(([, indent = '', body = ''], index, all) => {
    const line = markdown.text.slice(0, all[index]?.index ?? 0).split('\n').length;
    const text = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return readYaml({ name: `${markdown.name}:${line}`, text });
  });
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** A place in a YAML document. */
export type YamlPath = readonly (string | number)[];

/** commentAt returns the comment that stands behind the value at a path. */
export function commentAt(document: Document, at: YamlPath): string {
  const node = document.getIn(at, true);
  return isScalar(node) ? (node.comment ?? '').trim() : '';
}

/** A mapping within a document, with the place where it stands. */
export interface PlacedMap {
  readonly at: YamlPath;
  readonly map: YamlMap;
}

/** A mapping as plain data. */
export type YamlMap = Readonly<Record<string, unknown>>;

/** asMap returns a value that is a mapping, and an empty one for anything else. */
export function asMap(value: unknown): YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YamlMap) : {};
}

/** asList returns a value that is a sequence, and an empty one for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** everyMap returns all mappings of a document, at any depth. */
export function everyMap(value: unknown, at: YamlPath = []): PlacedMap[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => everyMap(item, [...at, index]));
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, member]) => everyMap(member, [...at, key]));
  return [{ at, map: value as YamlMap }, ...inner];
}

/** everyText returns all text values of a document, at any depth. */
export function everyText(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(everyText);
}

import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Looks up the values that a structure's member may have; undefined when its type is no enumeration. */
export type Enumerations = (structure: string, member: string) => readonly string[] | undefined;

/** What the SDK's own documentation of a member names, and its enumeration lacks. */
const LACKING: Readonly<Record<string, readonly string[]>> = {
  ServiceDeploymentLifecycleStage: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
};

const INTERFACE = /^export interface (\w+) (?:extends \w+ )?\{\n([\s\S]*?)^\}/gm;
const MEMBER = /^ {4}(\w+)\??: (\w+)(?:\[\])?(?: \| undefined)?;$/gm;

/**
 * readEnumerations reads which members of a client's structures are enumerations. The model says of them only that they
 * are strings; the client's type declarations say which, and the client has their values.
 */
export async function readEnumerations(client: string, sdk: Readonly<Record<string, unknown>>): Promise<Enumerations> {
  const types = new Map<string, readonly string[]>();
  for (const declarations of await readDeclarations(client)) {
    for (const [, structure, body] of declarations.matchAll(INTERFACE)) {
      for (const [, member, type] of (body ?? '').matchAll(MEMBER)) {
        const values = valuesOf(sdk[type ?? '']);
        if (values) types.set(`${structure}.${member}`, [...values, ...(LACKING[type ?? ''] ?? [])]);
      }
    }
  }
  return (structure, member) => types.get(`${structure}.${member}`);
}

async function readDeclarations(client: string): Promise<readonly string[]> {
  const root = dirname(createRequire(import.meta.url).resolve(`${client}/package.json`));
  const folder = join(root, 'dist-types/models');
  const files = (await readdir(folder)).filter((name) => /^models_\d+\.d\.ts$/.test(name));
  return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
}

function valuesOf(exported: unknown): readonly string[] | undefined {
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) return undefined;
  const values = Object.values(exported);
  return values.length > 0 && values.every((value) => typeof value === 'string') ? values : undefined;
}

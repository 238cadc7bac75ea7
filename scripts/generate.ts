/** Writes what follows from the actions' definitions: action.yml, the tables of the READMEs, the policies of docs/iam, docs/slipway-yml.md. `npm run generate`. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationJsonSchema } from '@slipway/configuration';
import { suiteJsonSchema } from '@slipway/http-checks';
import type { ActionDefinition } from '@slipway/runtime';
import { actionNames, ROOT } from './build.js';
import { actionYaml } from './generate/action-yaml.js';
import { iamFiles } from './generate/iam.js';
import { readmeWithTables } from './generate/readme.js';
import { slipwayYmlReference } from './generate/slipway-yml.js';

/** readDefinition imports an action's definition. */
export async function readDefinition(action: string): Promise<ActionDefinition> {
  const module = (await import(path.join(ROOT, 'actions', action, 'src/inputs.ts'))) as {
    readonly definition: ActionDefinition;
  };
  return module.definition;
}

/** generateAll returns every generated file by its path, relative to the root. */
export async function generateAll(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const definitions: ActionDefinition[] = [];
  for (const action of await actionNames()) {
    const definition = await readDefinition(action);
    definitions.push(definition);
    const readme = path.join('actions', action, 'README.md');
    files.set(path.join('actions', action, 'action.yml'), actionYaml(definition));
    files.set(readme, readmeWithTables(await readFile(path.join(ROOT, readme), 'utf8'), definition));
  }
  for (const [name, text] of iamFiles(definitions)) files.set(`docs/iam/${name}`, text);
  files.set('docs/slipway-yml.md', slipwayYmlReference(definitions));
  files.set('packages/http-checks/suite.schema.json', `${JSON.stringify(suiteJsonSchema(), undefined, 2)}\n`);
  files.set('schemas/slipway.schema.json', `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
  return files;
}

async function main(): Promise<void> {
  for (const [file, text] of await generateAll()) {
    await writeFile(path.join(ROOT, file), text);
    console.log(`wrote ${file}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

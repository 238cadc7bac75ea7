import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ActionDefinition } from '@slipway/runtime';
import { ROOT, yamlFilesIn } from './yaml-documents.js';
import type { OwnCode } from './yaml-references.js';

/** actionNames lists the folders of the actions. */
export function actionNames(): string[] {
  return readdirSync(path.join(ROOT, 'actions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** loadOwnCode reads the definitions of our actions and our workflows. */
export async function loadOwnCode(): Promise<OwnCode> {
  const withInputs = actionNames().filter((name) => existsSync(path.join(ROOT, 'actions', name, 'src', 'inputs.ts')));
  const actions = new Map<string, ActionDefinition>();
  // One after the other: jest links no two modules at once that share a third.
  for (const name of withInputs) {
    const module = (await import(`../actions/${name}/src/inputs.js`)) as { readonly definition: ActionDefinition };
    actions.set(name, module.definition);
  }
  const workflows = yamlFilesIn('.github/workflows').map((file) => [path.basename(file.name), file] as const);
  return { actions, workflows: new Map(workflows) };
}

import { COMMON_OUTPUTS, type ActionDefinition, type InputSpec } from '@slipway/runtime';
import { stringify } from 'yaml';

const HEADER = '# Written by `npm run generate` from src/inputs.ts. Change that file instead.\n';

/** actionYaml writes an action's action.yml. */
export function actionYaml(definition: ActionDefinition): string {
  const inputs = Object.entries(definition.inputs).map(([name, spec]) => [name, inputYaml(spec)]);
  const outputs = Object.entries({ ...COMMON_OUTPUTS, ...definition.outputs }).map(([name, { description }]) => [
    name,
    { description },
  ]);
  const document = {
    name: definition.title,
    description: definition.description,
    author: 'The Slipway authors',
    branding: { icon: definition.icon, color: 'blue' },
    inputs: Object.fromEntries(inputs) as object,
    outputs: Object.fromEntries(outputs) as object,
    runs: {
      using: 'node24',
      main: 'dist/index.js',
      ...(definition.hasPost ? { post: 'dist/index.js' } : {}),
    },
  };
  return HEADER + stringify(document, { lineWidth: 120 });
}

function inputYaml(spec: InputSpec): object {
  const standard = 'default' in spec && spec.default !== undefined ? { default: String(spec.default) } : {};
  return { description: spec.description, required: isRequired(spec), ...standard };
}

/** Whether GitHub's own forms and linters may ask for it: what reports can hand over need not be written. */
function isRequired({ required, handedOver }: InputSpec): boolean {
  return required === true && handedOver === undefined;
}

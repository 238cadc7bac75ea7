import { COMMON_OUTPUTS, table, type ActionDefinition, type InputSpec } from '@slipway/runtime';

/** readmeWithTables replaces the generated parts of a README, between their markers. */
export function readmeWithTables(readme: string, definition: ActionDefinition): string {
  let text = replacePart(readme, 'inputs', inputsTable(definition));
  text = replacePart(text, 'outputs', outputsTable(definition));
  return definition.permissions.length > 0 ? replacePart(text, 'permissions', permissionsText(definition)) : text;
}

function replacePart(readme: string, part: string, text: string): string {
  const start = `<!-- generated:${part}:start -->`;
  const end = `<!-- generated:${part}:end -->`;
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`A README lacks the markers ${start} and ${end}.`);
  return `${readme.slice(0, from + start.length)}\n\n${text}\n\n${readme.slice(to)}`;
}

function inputsTable({ inputs }: ActionDefinition): string {
  const rows = Object.entries(inputs).map(([name, spec]) => [
    `\`${name}\``,
    typeOf(spec),
    defaultOf(spec),
    [
      spec.description,
      ...handedOver(spec),
      ...(spec.example === undefined ? [] : [`Example: \`${spec.example}\`.`]),
    ].join(' '),
  ]);
  return table(['Input', 'Type', 'Default', 'Description'], rows);
}

function typeOf(spec: InputSpec): string {
  switch (spec.type) {
    case 'enum':
      return spec.values.map((value) => `\`${value}\``).join(', ');
    case 'integer':
    case 'percent':
      return `${spec.min} to ${spec.max}`;
    case 'map':
      return '`key=value` lines';
    case 'list':
      return 'list (newline or comma)';
    case 'boolean':
    case 'path':
    case 'string':
      return spec.type;
  }
}

/** Where it comes from when it is not set and there are reports. */
function handedOver(spec: InputSpec): readonly string[] {
  const from = (spec.handedOver ?? []).map(({ action, output }) => `\`${output}\` of ${action}`);
  return from.length === 0 ? [] : [`With \`reports\`, not needed: it is ${from.join(', or ')}.`];
}

function defaultOf(spec: InputSpec): string {
  if (spec.required) return '**required**';
  return 'default' in spec && spec.default !== undefined ? `\`${String(spec.default)}\`` : '';
}

function outputsTable({ outputs }: ActionDefinition): string {
  const rows = Object.entries({ ...COMMON_OUTPUTS, ...outputs }).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ]);
  return table(['Output', 'Description'], rows);
}

function permissionsText({ permissions }: ActionDefinition): string {
  const policy = {
    Version: '2012-10-17',
    Statement: permissions.map(({ actions, resources, conditions }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions ? { Condition: conditions } : {}),
    })),
  };
  const reasons = permissions.map(({ actions, reason }) => [actions.map((name) => `\`${name}\``).join(', '), reason]);
  return `${table(['Permission', 'Why'], reasons)}\n\n\`\`\`json\n${JSON.stringify(policy, undefined, 2)}\n\`\`\``;
}

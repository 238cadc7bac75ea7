import { configurationJsonSchema } from '@slipway/configuration';
import { table, type ActionDefinition, type InputSpec } from '@slipway/runtime';

/** What of a JSON Schema the reference tells. */
interface Schema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

/** Whose defaults hold for what slipway.yml leaves out. */
const BUILDERS = ['build-image', 'integration-test'];
const DEPLOYER = ['bluegreen-deploy'];

const HEADER = `<!-- Written by \`npm run generate\` from packages/configuration. Change that instead. -->

# slipway.yml

Every setting of \`.github/slipway.yml\`, from the schema by which it is read
([schemas/slipway.schema.json](../schemas/slipway.schema.json), for editors). What is not known is an error, with line and
column. A map is \`NAME: value\`; names of services and environments are small letters, digits and hyphens.

| Key            | What it holds                                                                                   |
| -------------- | ----------------------------------------------------------------------------------------------- |
| \`services\`     | what is built and delivered, by name; at least one                                              |
| \`environments\` | where it is delivered to, by name; at least one                                                 |
| \`branches\`     | which environments a push to a branch drives, in their order: a list of one to four, by branch  |
`;

/** slipwayYmlReference writes docs/slipway-yml.md: what may stand where in slipway.yml. */
export function slipwayYmlReference(definitions: readonly ActionDefinition[]): string {
  const { properties = {} } = configurationJsonSchema() as Schema;
  const [service, environment] = [valuesOf(properties['services']), valuesOf(properties['environments'])];
  const override = overrideIn(environment);
  const inputsOf = (actions: readonly string[]): Readonly<Record<string, InputSpec>> =>
    Object.assign({}, ...definitions.filter(({ name }) => actions.includes(name)).map(({ inputs }) => inputs)) as never;
  const own = new Set(Object.keys(override.properties ?? {}));
  const onlyThere = { ...override, properties: without(override.properties, environment.properties) };
  return [
    HEADER,
    `## A service: \`services.NAME\`\n\n${section(service, inputsOf(BUILDERS))}\n`,
    `## An environment: \`environments.NAME\`\n\nWhat is marked *, a service can have of its own in it: \`environments.NAME.services.SERVICE\`. There it wins.\n\n${section(environment, inputsOf(DEPLOYER), own)}\n`,
    `## A service in an environment: \`environments.NAME.services.SERVICE\`\n\n\`false\` leaves the service out of the environment. Otherwise a map of what differs there: what is marked above, and\n\n${section(onlyThere, {})}\n`,
  ].join('\n');
}

function section(
  { properties = {}, required = [] }: Schema,
  inputs: Readonly<Record<string, InputSpec>>,
  marked: ReadonlySet<string> = new Set(),
): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    `\`${name}\`${marked.has(name) ? ' *' : ''}`,
    typeOf(schema),
    required.includes(name) && schema.default === undefined ? '**required**' : defaultOf(schema, inputs[name]),
    schema.description ?? '',
  ]);
  return table(['Key', 'Is', 'Default', 'Meaning'], rows);
}

function defaultOf(schema: Schema, input: InputSpec | undefined): string {
  const standard = schema.default ?? (input && 'default' in input ? input.default : undefined);
  return standard === undefined ? '' : `\`${String(standard)}\``;
}

function typeOf(schema: Schema): string {
  const { type, anyOf, items, properties, additionalProperties, minimum, maximum } = schema;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map((one) => (one.type === 'integer' ? 'number' : typeOf(one))))].join(' or ');
  switch (type) {
    case 'integer':
      return `${minimum} to ${maximum}`;
    case 'number':
      return minimum === undefined ? 'number' : `${minimum} to ${maximum}, one decimal`;
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return items?.properties ? `list of maps: ${membersOf(items)}` : 'list of texts';
    case 'object':
      return properties ? `map: ${membersOf(schema)}` : mapOf(additionalProperties);
    case 'string':
    case undefined:
      break;
  }
  return 'text';
}

function membersOf({ properties = {}, required = [] }: Schema): string {
  return Object.keys(properties)
    .map((name) => (required.includes(name) ? `**\`${name}\`**` : `\`${name}\``))
    .join(', ');
}

function mapOf(values: Schema | boolean | undefined): string {
  const of = typeof values === 'object' && values.enum ? ` of ${typeOf(values)}` : '';
  return `map${of}`;
}

/** What stands under a name of a map. */
function valuesOf(map: Schema | undefined): Schema {
  return typeof map?.additionalProperties === 'object' ? map.additionalProperties : {};
}

function overrideIn(environment: Schema): Schema {
  return valuesOf(environment.properties?.['services']).anyOf?.find(({ type }) => type === 'object') ?? {};
}

function without(members: Schema['properties'] = {}, others: Schema['properties'] = {}) {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !Object.hasOwn(others, name)));
}

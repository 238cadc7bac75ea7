import { SlipwayError } from '@slipway/core';
import { patternProblem, toPattern, type Pattern } from '@slipway/http-checks';
import { schemaProblems, YamlText } from '@slipway/yaml-source';
import { z } from 'zod';

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 600;
const MAX_PORT = 65_535;
const PORT_EXPECTED = `must be a whole number from 1 to ${MAX_PORT}`;
/** What YAML reads as a number or a truth looks like a word to whoever writes it. */
const TEXT = z.string('must be a text: put it in quotes');

const service = z.strictObject({
  // It is a host name on the network, and a part of variables' names.
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and hyphens'),
  image: z.string().regex(/^[a-z0-9]\S*$/, 'must be an image reference'),
  port: z.int(PORT_EXPECTED).min(1, PORT_EXPECTED).max(MAX_PORT, PORT_EXPECTED),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'is not a name'), TEXT).default({}),
  command: z.array(TEXT).exactOptional(),
  'ready-log': z
    .string()
    .refine((text) => patternProblem(text) === undefined, 'is no regular expression')
    .exactOptional(),
  'timeout-seconds': z.int().min(1).max(MAX_SECONDS).default(DEFAULT_SECONDS),
});

const services = z
  .array(service)
  .refine(
    (all) => new Set(all.map(({ name }) => name)).size === all.length,
    'must have a name of its own for each service',
  );

/** Service is a container that the image needs: a database, a queue. */
export interface Service {
  /** Its host name on the network of the test. */
  readonly name: string;
  readonly image: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Absent: it is ready when somebody listens on its port. */
  readonly readyLog?: Pattern;
  readonly timeoutSeconds: number;
}

/** parseServices reads the input `services`. @throws SlipwayError INPUT_INVALID */
export function parseServices(text: string | undefined): readonly Service[] {
  if (text === undefined) return [];
  return read('services', text, services).map(
    ({ 'ready-log': log, 'timeout-seconds': timeoutSeconds, command, ...rest }) => ({
      ...rest,
      timeoutSeconds,
      ...(command === undefined ? {} : { command }),
      ...(log === undefined ? {} : { readyLog: toPattern(log) }),
    }),
  );
}

const WORDS = z.array(TEXT).min(1, 'has no word in it');
const PROGRAM = WORDS.refine(([program]) => program !== '', 'must begin with a program');

/** parseCommand reads the input `command`: a program and its arguments. @throws SlipwayError INPUT_INVALID */
export function parseCommand(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : read('command', text, PROGRAM);
}

/** parseContainerCommand reads the input `container-command`: words. @throws SlipwayError INPUT_INVALID */
export function parseContainerCommand(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : read('container-command', text, WORDS);
}

/** parsePorts reads the input `ports`: numbers, each once. @throws SlipwayError INPUT_INVALID */
export function parsePorts(texts: readonly string[]): readonly number[] {
  const wrong = texts.filter((text) => !/^[1-9]\d{0,4}$/.test(text) || Number(text) > MAX_PORT);
  if (wrong.length > 0) throw invalid('ports', [`${wrong.map((text) => `'${text}'`).join(', ')} ${PORT_EXPECTED}`]);
  return [...new Set(texts.map(Number))];
}

/** What is right, by an example. */
const HINTS = {
  command: 'Write the program and its arguments as a YAML list of words, such as [npm, test].',
  'container-command': 'Write it as a YAML list of words, such as [serve, --verbose].',
  services: 'Write a YAML list, such as [{ name: db, image: "postgres:16", port: 5432 }].',
  ports: 'Write numbers, separated by commas or on lines of their own, such as 9090. Ports are of TCP.',
} as const;

/** What is wrong is told by place, never by value: a service's environment may hold what nobody should read. */
function read<T>(name: keyof typeof HINTS, text: string, schema: z.ZodType<T>): T {
  const yaml = new YamlText(text);
  const parsed = yaml.problems.length > 0 ? undefined : schema.safeParse(yaml.value());
  if (parsed?.success) return parsed.data;
  const found = parsed ? schemaProblems({ yaml, schema, name: 'it' }, parsed.error) : yaml.problems;
  throw invalid(
    name,
    found.map(({ line, column, message }) => `${message} (line ${line}, column ${column})`),
  );
}

function invalid(name: keyof typeof HINTS, problems: readonly string[]): SlipwayError {
  const message = `'${name}' cannot be used: ${problems.join('; ')}.`;
  return new SlipwayError({ code: 'INPUT_INVALID', message, hint: HINTS[name] });
}

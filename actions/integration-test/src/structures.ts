import { messageOf, SlipwayError } from '@slipway/core';
import { patternProblem, toPattern, type Pattern } from '@slipway/http-checks';
import { parse } from 'yaml';
import { z } from 'zod';

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 600;
const PORT_EXPECTED = 'must be a whole number from 1 to 65535';

const service = z.strictObject({
  // It is a host name on the network, and a part of variables' names.
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and hyphens'),
  image: z.string().regex(/^[a-z0-9]\S*$/, 'must be an image reference'),
  port: z.int().min(1).max(65_535),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'is not a name'), z.string()).default({}),
  command: z.array(z.string()).exactOptional(),
  'ready-log': z
    .string()
    .refine((text) => patternProblem(text) === undefined, 'is no regular expression')
    .exactOptional(),
  'timeout-seconds': z.int().min(1).max(MAX_SECONDS).default(DEFAULT_SECONDS),
});

const services = z
  .array(service)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each service needs a name of its own');

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

/** parseCommand reads the input `command`: a program and its arguments. @throws SlipwayError INPUT_INVALID */
export function parseCommand(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : read('command', text, z.array(z.string().min(1)).min(1));
}

/** parseContainerCommand reads the input `container-command`: words. @throws SlipwayError INPUT_INVALID */
export function parseContainerCommand(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : read('container-command', text, z.array(z.string()).min(1));
}

const port = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, PORT_EXPECTED)
  .transform(Number)
  .pipe(z.int().max(65_535, PORT_EXPECTED));

/** parsePorts reads the input `ports`: numbers, each once. @throws SlipwayError INPUT_INVALID */
export function parsePorts(texts: readonly string[]): readonly number[] {
  return [...new Set(check('ports', texts, z.array(port)))];
}

/** What is wrong is told by place, never by value: a service's environment may hold what nobody should read. */
function read<T>(name: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0, prettyErrors: false });
  } catch (cause) {
    throw invalid(name, [`it is not YAML: ${messageOf(cause)}`], cause);
  }
  return check(name, value, schema);
}

function check<T>(name: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    name,
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`),
  );
}

function invalid(name: string, problems: readonly string[], cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'${name}' cannot be used: ${problems.join('; ')}.`,
    hint: 'Write it as YAML or JSON; the README of the action has an example.',
    cause,
  });
}

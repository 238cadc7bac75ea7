import type { CapacityProvider } from '@slipway/aws';
import { SlipwayError, messageOf } from '@slipway/core';
import { parse } from 'yaml';
import { z } from 'zod';

const capacityProviders = z
  .array(
    z.strictObject({
      capacityProvider: z.string().min(1),
      weight: z.int().min(0).max(1000).exactOptional(),
      base: z.int().min(0).max(100_000).exactOptional(),
    }),
  )
  .min(1);

const volumes = z.array(z.looseObject({ name: z.string().min(1) })).min(1);

const task = z.strictObject({
  command: z.array(z.string()).min(1).exactOptional(),
  container: z.string().min(1).exactOptional(),
  environment: z.record(z.string(), z.string()).exactOptional(),
  'timeout-minutes': z.int().min(1).max(1440).exactOptional(),
});

const argv = z.array(z.string()).min(1);

/** A one-off task as the input says it. */
export type TaskInput = z.infer<typeof task>;

/** parseCapacityProviders reads `capacity-provider-strategy`. @throws SlipwayError INPUT_INVALID */
export function parseCapacityProviders(text: string): readonly CapacityProvider[] {
  return read('capacity-provider-strategy', text, capacityProviders);
}

/** parseVolumes reads `volume-configurations`; its members are ECS's own. @throws SlipwayError INPUT_INVALID */
export function parseVolumes(text: string): readonly Readonly<Record<string, unknown>>[] {
  return read('volume-configurations', text, volumes);
}

/** parseTask reads `before-traffic-task`. @throws SlipwayError INPUT_INVALID */
export function parseTask(text: string): TaskInput {
  return read('before-traffic-task', text, task);
}

/** parseCommand reads `command`. @throws SlipwayError INPUT_INVALID */
export function parseCommand(text: string): readonly string[] {
  return read('command', text, argv);
}

function read<T>(name: string, text: string, schema: z.ZodType<T>): T {
  const value = yaml(name, text);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`,
  );
  throw invalid(name, problems.join('; '));
}

function yaml(name: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    // The first line says where; the rest repeats the text, which may hold a secret.
    throw invalid(name, `not YAML or JSON: ${messageOf(error).split('\n')[0] ?? ''}`);
  }
}

function invalid(name: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'${name}' cannot be used: ${why}.`,
    hint: "Correct the 'with:' block of this step; the action's README shows the form.",
  });
}

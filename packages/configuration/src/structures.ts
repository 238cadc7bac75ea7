import { z } from 'zod';
import { line, map, whole } from './fields.js';

/** A setting that is neither a text nor a list of texts reaches its action as JSON, which the input takes for YAML. */
function asJson<T extends z.ZodType>(schema: T) {
  return schema.transform((given) => JSON.stringify(given));
}

const argv = z.array(z.string()).min(1);

/** task is bluegreen-deploy's `before-traffic-task`. */
export const task = asJson(
  z.strictObject({
    command: argv.optional(),
    container: line.optional(),
    environment: map.optional(),
    'timeout-minutes': whole(1, 1440).optional(),
  }),
);

/** capacityProviders are bluegreen-deploy's `capacity-provider-strategy`. */
export const capacityProviders = asJson(
  z
    .array(
      z.strictObject({
        capacityProvider: line,
        weight: whole(0, 1000).optional(),
        base: whole(0, 100_000).optional(),
      }),
    )
    .min(1),
);

/** volumes are bluegreen-deploy's `volume-configurations`, whose members beside the name ECS judges. */
export const volumes = asJson(z.array(z.looseObject({ name: line })).min(1));

/** testServices are the containers of integration-test's input `services`, which reads them again. */
export const testServices = asJson(
  z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be a host name: small letters, digits and hyphens, a letter first'),
        image: z.string().regex(/^[a-z0-9]\S*$/, "must be an image's reference, such as postgres:16"),
        port: whole(1, 65_535),
        environment: map.optional(),
        command: argv.optional(),
        'ready-log': line.optional(),
        'timeout-seconds': whole(1, 600).optional(),
      }),
    )
    .min(1),
);

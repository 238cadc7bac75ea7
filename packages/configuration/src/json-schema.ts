import { z } from 'zod';
import { configurationSchema } from './schema.js';

/**
 * configurationJsonSchema returns the format of slipway.yml as a JSON Schema (draft 2020-12), for editors. What spans
 * several members, such as a branch that drives an environment which is not there, only {@link readConfiguration} knows.
 */
export function configurationJsonSchema(): object {
  return {
    $id: 'slipway-configuration-v1',
    title: 'Slipway configuration',
    ...z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}

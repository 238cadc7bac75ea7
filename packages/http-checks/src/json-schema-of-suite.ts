import { z } from 'zod';
import { suiteSchema } from './schema.js';

/**
 * suiteJsonSchema returns the format of a suite as a JSON Schema (draft 2020-12), for editors. What spans several
 * members, such as names that differ, only {@link parseSuite} knows.
 */
export function suiteJsonSchema(): object {
  return {
    $id: 'slipway-check-suite-v1',
    title: 'Slipway check suite',
    ...z.toJSONSchema(suiteSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}

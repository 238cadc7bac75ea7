import fc from 'fast-check';
import type { Schema } from '../../src/schemas/schema.js';

/** What an arbitrary input is made of, besides the model. */
export interface Material {
  /** Texts that mean something to the service: names and ARNs of what there is. */
  readonly texts: readonly string[];
  enumeration(structure: string, member: string): readonly string[] | undefined;
}

const STRANGE = ['', ' ', '../x', '\u0000', 'ä'.repeat(300), '${jndi:x}', '__proto__', 'arn:', 'arn:aws:ecs:::x', '-1'];
const NUMBERS = [-1, 0, 0.5, 1, 2, 3, 80, 8080, 100, 1e15];

/** inputArbitrary draws inputs of the very form that a service's model gives an operation, out of likely values. */
export function inputArbitrary(schema: Schema, material: Material): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...material.texts) },
    { weight: 1, arbitrary: fc.constantFrom(...STRANGE) },
  );
  const simple = (type: number): fc.Arbitrary<unknown> => {
    if (type >= 128) return fc.dictionary(text, simple(type - 128), { maxKeys: 2 });
    if (type >= 64) return fc.array(simple(type - 64), { maxLength: 3 });
    if (type === 2) return fc.boolean();
    if (type === 1) return fc.constantFrom(...NUMBERS);
    return type === 0 || type === 21 ? text : fc.constantFrom(1_767_323_045, 0);
  };
  const structure = (shape: readonly unknown[], depth: number): fc.Arbitrary<unknown> => {
    const [name, members, schemas] = [shape[2] as string, shape[4] as string[], shape[5] as Schema[]];
    const required = members.slice(0, (shape[6] as number | undefined) ?? 0);
    const model = members.flatMap((member, index) => {
      const values = material.enumeration(name, member);
      const of = schemas[index] ?? 0;
      if (depth > 4 && typeof of !== 'number') return [];
      const drawn = values && typeof of === 'number' && of === 0 ? fc.constantFrom(...values) : draw(of, depth + 1);
      return [[member, drawn] as const];
    });
    const chosen = fc.record(Object.fromEntries(model), {
      requiredKeys: required.filter((key) => model.some(([member]) => member === key)),
    });
    return chosen;
  };
  const draw = (of: Schema, depth: number): fc.Arbitrary<unknown> => {
    if (typeof of === 'function') return draw(of(), depth);
    if (typeof of === 'number') return simple(of);
    if (typeof of === 'string') return fc.constant({});
    switch (of[0]) {
      case 1:
        return fc.array(draw(of[4] as Schema, depth + 1), { maxLength: 2 });
      case 2:
        return fc.dictionary(text, draw(of[5] as Schema, depth + 1), { maxKeys: 2 });
      case 3:
      case 4:
        return structure(of, depth);
      case 0:
        return simple((typeof of[1] === 'string' ? of[4] : 0) as number);
      default:
        return draw(of[0] as Schema, depth);
    }
  };
  return draw(schema, 0);
}

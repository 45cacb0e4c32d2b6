import fc from 'fast-check';
import type { Schema } from '../documented-answers.js';

type Value = fc.Arbitrary<unknown>;

/** fast-check's own unit `binary` takes seconds to set up. */
const character = fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => String.fromCharCode(code));

/** How long texts and lists get at the most where nothing bounds them. */
const LONG = 40;
const MANY = 3;

/**
 * Values that a JSON Schema lets pass, as far as it can say it.
 * @param example of such a value: what stands in it comes often, since few ids and templates are right by chance
 */
export function valuesOf(schema: Schema, example?: unknown): Value {
  const made = madeOf(schema, example);
  const isLeaf = typeof example !== 'object' || example === null;
  return isLeaf && example !== undefined
    ? fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: made })
    : made;
}

function madeOf(schema: Schema, example: unknown): Value {
  const either = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (either !== undefined)
    return fc.oneof(...either.map((one) => valuesOf(one, fits(one, example) ? example : undefined)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...(schema.enum as unknown[]));
  const { type } = schema;
  if (Array.isArray(type)) {
    return fc.oneof(
      ...type.map((one: string) =>
        valuesOf({ ...schema, type: one }, fits({ type: one }, example) ? example : undefined),
      ),
    );
  }
  switch (type) {
    case 'object':
      return objectsOf(schema, example);
    case 'array':
      return listsOf(schema, example);
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({ min: (schema.minimum as number) ?? -1_000, max: (schema.maximum as number) ?? 1_000_000 });
    case 'number':
      return fc.double({
        min: (schema.minimum as number) ?? -1e9,
        max: (schema.maximum as number) ?? 1e9,
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** Whether an example can be meant for one branch of a union. */
function fits({ type, properties }: Schema, example: unknown): boolean {
  if (example === null) return type === 'null';
  if (Array.isArray(example)) return type === 'array';
  if (typeof example !== 'object')
    return type === typeof example || (type === 'integer' && typeof example === 'number');
  return type === 'object' && Object.keys(example).every((key) => properties === undefined || key in properties);
}

function objectsOf(schema: Schema, example: unknown): Value {
  const { properties = {}, required = [], additionalProperties } = schema;
  const shown = (example ?? {}) as Record<string, unknown>;
  const fields = Object.entries(properties).map(([name, one]) => {
    const value = valuesOf(one, shown[name]);
    // What an example has is mostly there: the rest of the document tends to need it.
    const absent = required.includes(name) ? 0 : shown[name] === undefined ? 3 : 1;
    const there = value.map((made) => [name, made] as const);
    return absent === 0
      ? there
      : fc.oneof({ weight: absent, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: there });
  });
  const others =
    typeof additionalProperties === 'object' && additionalProperties !== null
      ? fc.array(fc.tuple(fc.string({ maxLength: LONG }), valuesOf(additionalProperties as Schema)), {
          maxLength: MANY,
        })
      : fc.constant([]);
  return fc
    .tuple(fc.tuple(...fields), others)
    .map(([own, more]) => Object.fromEntries([...own.filter((field) => field !== undefined), ...more]));
}

function listsOf(schema: Schema, example: unknown): Value {
  const minLength = (schema.minItems as number) ?? 0;
  const maxLength = Math.min((schema.maxItems as number) ?? MANY, minLength + MANY);
  return fc.array(valuesOf(schema.items ?? {}, Array.isArray(example) ? example[0] : undefined), {
    minLength,
    maxLength,
  });
}

function textsOf({ format, pattern, minLength = 0, maxLength = LONG }: Schema): Value {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (typeof pattern === 'string') {
    // No text that fast-check matches has unpaired surrogates, and it can't be told to leave them out.
    return fc.stringMatching(new RegExp(pattern.replaceAll('\\p{Cs}', ''), 'u'), { size: 'small' });
  }
  const [min, max] = [Number(minLength), Math.max(Number(minLength), Math.min(Number(maxLength), LONG))];
  return fc.string({ minLength: min, maxLength: max, unit: character });
}

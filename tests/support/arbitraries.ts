import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/domain/kernel/json.js';

/** Names that an object inherits from its prototype, the empty one, and a few plain ones that repeat. */
export const propertyName: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'first name', '$value') },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0);

/** Any value that JSON can hold, and that comes back the same from JSON (so without -0). */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, '', 0),
    number,
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(propertyName, tie('value')), { maxLength: 4 }).map(fromEntries),
  ),
})).value;

/** An object with own properties only, `__proto__` among them. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(propertyName, json), { maxLength: 5 })
  .map(fromEntries);

function fromEntries(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}

/** What the storage makes of a value. */
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A number in [0, 1), as the jitter takes it. */
export const random: fc.Arbitrary<number> = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

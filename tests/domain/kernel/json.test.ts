import { expect } from 'chai';
import fc from 'fast-check';
import { type Json, type JsonObject, jsonEqual } from '../../../src/domain/kernel/json.js';
import { json } from '../../support/arbitraries.js';

function deepEqual(a: Json, b: Json): boolean {
  try {
    expect(a).to.deep.equal(b);
    return true;
  } catch {
    return false;
  }
}

/** The same value with the keys of all its objects the other way round. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject)
      .toReversed()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

const parsed = (text: string): Json => JSON.parse(text) as Json;

describe('jsonEqual', () => {
  it('holds between a value and a copy of it, whatever the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(jsonEqual(value, structuredClone(value))).to.equal(true);
        expect(jsonEqual(value, reversed(value))).to.equal(true);
      }),
    );
  });

  it('agrees with deep equality on any two values', () => {
    const alike = fc.oneof(
      fc.tuple(json, json),
      json.map((value): [Json, Json] => [value, reversed(value)]),
      fc.tuple(json, json, json).map(([a, b, c]): [Json, Json] => [
        [a, b],
        [a, c],
      ]),
      fc.tuple(json, json, json).map(([a, b, c]): [Json, Json] => [
        { a, b },
        { a, b: c },
      ]),
    );
    fc.assert(
      fc.property(alike, ([a, b]) => {
        expect(jsonEqual(a, b)).to.equal(deepEqual(a, b));
        expect(jsonEqual(b, a)).to.equal(jsonEqual(a, b));
      }),
      { numRuns: 500 },
    );
  });

  const DIFFERENT: readonly (readonly [Json, Json])[] = [
    [null, {}],
    [null, false],
    [null, 0],
    [0, '0'],
    [0, false],
    ['', false],
    ['', null],
    [[], {}],
    [[1], { 0: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [[1, 2], [1]],
    [{ a: 1 }, {}],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
    ['a', 'A'],
    ['é', 'e\u0301'],
    [parsed('{"__proto__":{}}'), parsed('{"a":{}}')],
    [parsed('{"__proto__":{}}'), {}],
    [parsed('{"__proto__":1}'), parsed('{"__proto__":2}')],
    [parsed('{"constructor":null}'), parsed('{"toString":null}')],
  ];
  for (const [a, b] of DIFFERENT) {
    it(`tells ${JSON.stringify(a)} from ${JSON.stringify(b)}`, () => {
      expect(jsonEqual(a, b)).to.equal(false);
      expect(jsonEqual(b, a)).to.equal(false);
    });
  }

  it('tells a missing value from null', () => {
    expect(jsonEqual(undefined, null)).to.equal(false);
    expect(jsonEqual(undefined, undefined)).to.equal(true);
    expect(jsonEqual({}, undefined)).to.equal(false);
  });
});

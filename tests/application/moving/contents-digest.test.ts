import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/application/moving/canonical-json.js';
import { type Content, ContentsDigest } from '../../../src/application/moving/contents-digest.js';
import { type Json, jsonEqual } from '../../../src/domain/kernel/json.js';
import { json, jsonObject, throughJson } from '../../support/arbitraries.js';

/** The same value with the keys of every object the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]): [string, Json] => [key, turned(field)]);
  return Object.fromEntries(entries.reverse());
}

describe('Canonical JSON', () => {
  it('is the same whatever the order of the keys, at every depth', () => {
    fc.assert(fc.property(json, (value) => canonicalJson(turned(value)) === canonicalJson(value)));
  });

  it('is JSON of the same value, and another one for another value', () => {
    fc.assert(
      fc.property(json, json, (value, other) => {
        expect(jsonEqual(JSON.parse(canonicalJson(value)), throughJson(value))).to.equal(true);
        expect(canonicalJson(value) === canonicalJson(other)).to.equal(jsonEqual(value, other));
      }),
    );
  });

  it('sorts by code units, numbers as text, and writes no space', () => {
    expect(canonicalJson({ b: 1, '10': [1, 'é\n'], '9': { z: null, a: -0 }, '': 1e21, gone: undefined })).to.equal(
      '{"":1e+21,"10":[1,"é\\n"],"9":{"a":0,"z":null},"b":1}',
    );
  });
});

describe('The digest of the contents', () => {
  const content: fc.Arbitrary<Content> = fc.record({
    stream: fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
    revision: fc.nat(),
    id: fc.uuid(),
    type: fc.constantFrom('DeliveryAttempted', 'DeliverySucceeded'),
    data: jsonObject,
    metadata: jsonObject,
  });
  const digestOf = (events: readonly Content[]): string => {
    const digest = new ContentsDigest();
    for (const event of events) digest.add(event);
    return digest.text;
  };

  it('is the chain of SHA-256 that its description says', () => {
    expect(digestOf([])).to.equal(`sha256:${'0'.repeat(64)}`);
    // printf '%064d\na-1\n0\nid\nTyped\n{"a":1,"b":2}\n{}' 0 | sha256sum
    const event = { stream: 'a-1', revision: 0, id: 'id', type: 'Typed', data: { b: 2, a: 1 }, metadata: {} };
    expect(digestOf([event])).to.equal('sha256:93a9790a429fa40b60aa30ebe2066c0caf12250a255ba6e4d6ed19f6b4e4f68f');
  });

  it('changes with each field of each event, and with their order', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), content, fc.nat(), (events, other, at) => {
        const index = at % events.length;
        for (const field of ['stream', 'revision', 'id', 'type', 'data', 'metadata'] as const) {
          const changed = events.map((event, n) => (n === index ? { ...event, [field]: other[field] } : event));
          const same = canonicalJson(changed) === canonicalJson(events);
          expect(digestOf(changed) === digestOf(events), field).to.equal(same);
        }
        expect(digestOf([...events, other])).to.not.equal(digestOf([other, ...events, other]));
      }),
    );
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { checkFilter } from '../../../src/domain/filter/check-filter.js';
import type { Condition, ValueFilter } from '../../../src/domain/filter/filter.js';
import { type FilterSubject, matches } from '../../../src/domain/filter/match-filter.js';
import { matchesValue } from '../../../src/domain/filter/match-value.js';
import type { Json } from '../../../src/domain/kernel/json.js';
import { json, jsonObject, propertyName } from '../../support/arbitraries.js';
import { anyFilter, anyValueFilter } from './any-filter.js';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const NORA: FilterSubject = {
  attributes: {
    email: 'nora@example.com',
    first_name: 'Nora',
    location: { city: 'Oslo', country: 'Norway' },
    properties: {
      plan: 'gold',
      'Home Town': 'Bergen',
      'a.b': 'dotted',
      "it's": 'quoted',
      email: 'other',
      city: 'Paris',
    },
  },
  memberships: { vips: { member: true, joins: 1 }, former: { member: false, joins: 2 } },
};

const equals = (property: string, value: string): Condition => ({
  type: 'profile-property',
  property,
  filter: { type: 'string', operator: 'equals', value },
});
const membership = (isMember: boolean, ...groupIds: string[]): Condition => ({
  type: 'profile-group-membership',
  isMember,
  groupIds,
});
const where = (...groups: Condition[][]) => ({ conditionGroups: groups.map((conditions) => ({ conditions })) });

const [yes, no] = [equals('first_name', 'Nora'), equals('first_name', 'Ola')];

describe('Filter', () => {
  it('asks for one condition of each group', () => {
    expect(matches(where([yes]), NORA, NOW)).to.equal(true);
    expect(matches(where([no]), NORA, NOW)).to.equal(false);
    expect(matches(where([no, yes]), NORA, NOW)).to.equal(true);
    expect(matches(where([yes], [no]), NORA, NOW)).to.equal(false);
    expect(matches(where([yes], [no, yes]), NORA, NOW)).to.equal(true);
  });

  it('finds attributes, custom properties and the location by their names', () => {
    const found: readonly [property: string, value: string][] = [
      ['email', 'nora@example.com'],
      ['$email', 'nora@example.com'],
      ["properties['email']", 'other'],
      ["properties['plan']", 'gold'],
      ['properties["plan"]', 'gold'],
      ['plan', 'gold'],
      ["properties['Home Town']", 'Bergen'],
      ['Home Town', 'Bergen'],
      ['a.b', 'dotted'],
      ["properties['it's']", 'quoted'],
      ["location['city']", 'Oslo'],
      ['location.city', 'Oslo'],
      ['city', 'Paris'],
      ['country', 'Norway'],
    ];
    for (const [property, value] of found) {
      expect(matches(where([equals(property, value)]), NORA, NOW), property).to.equal(true);
    }
  });

  it('sees nothing that an object merely inherits', () => {
    const isSet = (property: string): Condition => ({
      type: 'profile-property',
      property,
      filter: { type: 'existence', operator: 'is-set' },
    });
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      for (const property of [name, `properties['${name}']`, `location['${name}']`, `location.${name}`, `$${name}`]) {
        expect(matches(where([isSet(property)]), NORA, NOW), property).to.equal(false);
      }
      expect(matches(where([membership(true, name)]), NORA, NOW), name).to.equal(false);
    }
    expect(matches(where([isSet('properties')]), NORA, NOW)).to.equal(false);
  });

  it('knows in which lists and segments a profile is now', () => {
    expect(matches(where([membership(true, 'vips')]), NORA, NOW)).to.equal(true);
    expect(matches(where([membership(true, 'former')]), NORA, NOW)).to.equal(false);
    expect(matches(where([membership(true, 'former', 'vips')]), NORA, NOW)).to.equal(true);
    expect(matches(where([membership(false, 'former', 'never')]), NORA, NOW)).to.equal(true);
    expect(matches(where([membership(false, 'former', 'vips')]), NORA, NOW)).to.equal(false);
  });

  it('looks at the properties of what triggered a flow', () => {
    const over = (field: string, value: number): Condition => ({
      type: 'metric-property',
      metricId: 'm',
      field,
      filter: { type: 'numeric', operator: 'greater-than', value },
    });
    const event = { $value: 99.5, Items: ['Boots'] };
    expect(matches(where([over('$value', 50)]), { ...NORA, event }, NOW)).to.equal(true);
    expect(matches(where([over('$value', 100)]), { ...NORA, event }, NOW)).to.equal(false);
    expect(matches(where([over('toString', -1)]), { ...NORA, event }, NOW)).to.equal(false);
    expect(matches(where([over('$value', 50)]), NORA, NOW)).to.equal(false);
  });

  const subject: fc.Arbitrary<FilterSubject> = fc
    .record({
      attributes: fc.record({ properties: json, location: json, first_name: json }, { requiredKeys: [] }),
      memberships: fc.dictionary(propertyName, fc.record({ member: fc.boolean(), joins: fc.nat() })),
      event: fc.option(jsonObject, { nil: undefined }),
    })
    .map(({ attributes, memberships, event }) => ({
      attributes: attributes as FilterSubject['attributes'],
      memberships,
      ...(event === undefined ? {} : { event }),
    }));

  it('gives the same answer twice, and one for any subject', () => {
    fc.assert(
      fc.property(anyFilter, subject, (filter, about) => {
        checkFilter(filter);
        const answer = matches(filter, about, NOW);
        expect(answer).to.be.a('boolean');
        expect(matches(filter, about, NOW)).to.equal(answer);
      }),
    );
  });

  it('gives one for any value, too', () => {
    const value = fc.oneof(json, fc.constantFrom('2026-06-15', '2000-02-29T10:00:00Z', '12', '+4791234567'));
    fc.assert(
      fc.property(anyValueFilter, value, (filter, given) => {
        expect(matchesValue(filter, given, NOW)).to.be.a('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it('says the opposite where an operator is negated and the value is of the type', () => {
    const pairs = [
      ['equals', 'not-equals'],
      ['contains', 'not-contains'],
      ['starts-with', 'not-starts-with'],
      ['ends-with', 'not-ends-with'],
      ['regex', 'nregex'],
    ] as const;
    const few = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba');
    const opposite = (one: ValueFilter, other: ValueFilter, value: Json): void => {
      expect(matchesValue(one, value, NOW)).to.not.equal(matchesValue(other, value, NOW));
    };
    fc.assert(
      fc.property(fc.constantFrom(...pairs), few, fc.oneof(few, fc.string()), ([plain, negated], value, text) => {
        opposite({ type: 'string', operator: plain, value }, { type: 'string', operator: negated, value }, text);
      }),
    );
    fc.assert(
      fc.property(fc.array(few), few, (value, text) => {
        opposite({ type: 'string', operator: 'in', value }, { type: 'string', operator: 'not-in', value }, text);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }), (value, number) => {
        opposite(
          { type: 'numeric', operator: 'equals', value },
          { type: 'numeric', operator: 'not-equals', value },
          number,
        );
      }),
    );
    fc.assert(
      fc.property(few, fc.array(fc.oneof(few, json)), (value, list) => {
        opposite(
          { type: 'list', operator: 'contains', value },
          { type: 'list', operator: 'not-contains', value },
          list,
        );
      }),
    );
    fc.assert(
      fc.property(json, (value) => {
        opposite({ type: 'existence', operator: 'is-set' }, { type: 'existence', operator: 'not-set' }, value);
      }),
    );
  });
});

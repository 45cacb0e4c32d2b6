import { expect } from 'chai';
import fc from 'fast-check';
import type { z } from 'zod';
import {
  filterOf,
  lowInventoryTriggerFilter,
  metricTriggerFilter,
  priceDropTriggerFilter,
  profileFilter,
  shownFilter,
} from '../../../../src/interfaces/http/schemas/filter-schemas.js';
import { anyProfileCondition, anyValueFilter, filterOfAny } from '../../../domain/filter/any-filter.js';
import { throughJson } from '../../../support/arbitraries.js';

const of = (...conditions: unknown[]) => ({ condition_groups: [{ conditions }] });
const byValue = (filter: unknown) => of({ type: 'profile-property', property: "properties['plan']", filter });

const problems = (schema: z.ZodType, given: unknown): string[] =>
  schema.safeParse(given).error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`) ?? [];

describe('Filters on the wire', () => {
  it('come back as they came: those of profiles', () => {
    fc.assert(
      fc.property(filterOfAny(anyProfileCondition), (filter) => {
        const shown = throughJson(shownFilter(filter));
        expect(filterOf(profileFilter.parse(shown))).to.deep.equal(filter);
      }),
    );
  });

  it('come back as they came: those of triggers', () => {
    const schemas = [
      ['metric-property', metricTriggerFilter],
      ['price-drop-property', priceDropTriggerFilter],
      ['low-inventory-property', lowInventoryTriggerFilter],
    ] as const;
    for (const [type, schema] of schemas) {
      const condition = fc.record({
        type: fc.constant(type),
        metricId: type === 'metric-property' ? fc.constant('m') : fc.constantFrom('m', null),
        field: fc.constantFrom('$value', 'Items'),
        filter: anyValueFilter,
      });
      fc.assert(
        fc.property(filterOfAny(condition), (filter) => {
          expect(filterOf(schema.parse(throughJson(shownFilter(filter))))).to.deep.equal(filter);
        }),
        { numRuns: 50 },
      );
    }
  });

  it('take what Klaviyo shows of a membership without a timeframe', () => {
    const wire = { type: 'profile-group-membership', is_member: false, group_ids: ['a'], timeframe_filter: null };
    expect(filterOf(profileFilter.parse(of(wire)))).to.deep.equal({
      conditionGroups: [{ conditions: [{ type: 'profile-group-membership', isMember: false, groupIds: ['a'] }] }],
    });
  });

  const at = 'condition_groups/0/conditions/0';
  const refusals: Record<string, [schema: z.ZodType, given: unknown, problem: string]> = {
    'a condition that hookledger has not': [
      profileFilter,
      of({ type: 'profile-marketing-consent', consent: {} }),
      `${at}/type: hookledger has no conditions of the type 'profile-marketing-consent' here; the types are profile-property and profile-group-membership.`,
    ],
    'a condition of profiles in a trigger': [
      metricTriggerFilter,
      of({ type: 'profile-property', property: 'email', filter: { type: 'existence', operator: 'is-set' } }),
      `${at}/type: hookledger has no conditions of the type 'profile-property' here; the types are metric-property.`,
    ],
    'a timeframe of a membership': [
      profileFilter,
      of({
        type: 'profile-group-membership',
        is_member: true,
        group_ids: ['a'],
        timeframe_filter: { type: 'date', operator: 'in-the-last', unit: 'day', quantity: 1 },
      }),
      `${at}/timeframe_filter: hookledger asks who is in a list or segment now, not since when; take this out.`,
    ],
    'a type of filter that there is not': [
      profileFilter,
      byValue({ type: 'text', operator: 'equals', value: 'gold' }),
      `${at}/filter/type: There are no filters of the type 'text'; the types are string, numeric, boolean, date, list, existence.`,
    ],
    'an operator that the type has not': [
      profileFilter,
      byValue({ type: 'list', operator: 'equals', value: 'gold' }),
      `${at}/filter/operator: 'equals' is no operator of the type 'list'; they are contains, not-contains, length-equals, length-greater-than, length-greater-than-or-equal, length-less-than, length-less-than-or-equal.`,
    ],
  };
  for (const [name, [schema, given, problem]] of Object.entries(refusals)) {
    it(`refuse ${name}, in one sentence`, () => expect(problems(schema, given)).to.deep.equal([problem]));
  }

  it('refuse the wrong kind of value, and what no filter has', () => {
    for (const filter of [
      { type: 'numeric', operator: 'equals', value: '12' },
      { type: 'numeric', operator: 'between', start: 1 },
      { type: 'boolean', operator: 'equals', value: 'true' },
      { type: 'string', operator: 'in', value: 'gold' },
      { type: 'list', operator: 'contains', value: true },
      { type: 'date', operator: 'in-the-last', unit: 'month', quantity: 1 },
      { type: 'existence', operator: 'is-set', value: true },
      null,
      'gold',
    ]) {
      expect(problems(profileFilter, byValue(filter)), JSON.stringify(filter)).to.have.length(1);
    }
    expect(problems(profileFilter, null)).to.have.length(1);
    expect(problems(profileFilter, { condition_groups: [null] })).to.have.length(1);
    expect(problems(profileFilter, of(null))).to.have.length(1);
  });
});

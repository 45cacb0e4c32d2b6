import { expect } from 'chai';
import { checkFilter } from '../../../src/domain/filter/check-filter.js';
import type { Condition, Filter, ValueFilter } from '../../../src/domain/filter/filter.js';
import { RuleViolation } from '../../../src/domain/kernel/rule-violation.js';

const of = (...conditions: Condition[]): Filter => ({ conditionGroups: [{ conditions }] });
const byValue = (filter: ValueFilter, property = 'plan'): Filter => of({ type: 'profile-property', property, filter });
const isSet = { type: 'existence', operator: 'is-set' } as const;

function violation(filter: Filter): RuleViolation {
  try {
    checkFilter(filter);
  } catch (error) {
    if (error instanceof RuleViolation) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('What a filter may not be', () => {
  it('takes what makes sense', () => {
    checkFilter(byValue({ type: 'string', operator: 'regex', value: '^[A-Z]{2}\\d+$' }));
    checkFilter(byValue({ type: 'string', operator: 'equals', value: null }));
    checkFilter(byValue({ type: 'date', operator: 'between', start: 0, end: 30, unit: 'day' }));
    checkFilter(byValue({ type: 'date', operator: 'before', date: '2026-01-31T12:00:00+02:00' }));
    checkFilter(
      of(...Array.from({ length: 100 }, () => ({ type: 'profile-property' as const, property: 'a', filter: isSet }))),
    );
  });

  const atFilter = '/condition_groups/0/conditions/0/filter';
  const refusals: Record<string, [filter: Filter, pointer: string, says: RegExp]> = {
    'no group': [{ conditionGroups: [] }, '/condition_groups', /at least one group/],
    'an empty group': [
      { conditionGroups: [...byValue(isSet).conditionGroups, { conditions: [] }] },
      '/condition_groups/1/conditions',
      /at least one condition/,
    ],
    'more than 100 conditions': [
      {
        conditionGroups: Array.from(
          { length: 101 },
          () => byValue(isSet).conditionGroups[0] as { conditions: Condition[] },
        ),
      },
      '/condition_groups',
      /at most 100/,
    ],
    'a property without a name': [byValue(isSet, ''), '/condition_groups/0/conditions/0/property', /empty/],
    'a name that is too long': [byValue(isSet, 'x'.repeat(256)), '/condition_groups/0/conditions/0/property', /255/],
    'a field without a name': [
      of({ type: 'metric-property', metricId: 'm', field: '', filter: isSet }),
      '/condition_groups/0/conditions/0/field',
      /empty/,
    ],
    'no list to be in': [
      of({ type: 'profile-group-membership', isMember: true, groupIds: [] }),
      '/condition_groups/0/conditions/0/group_ids',
      /at least one list or segment/,
    ],
    'a regular expression that is none': [
      byValue({ type: 'string', operator: 'regex', value: '(' }),
      `${atFilter}/value`,
      /^The regular expression can't be used: a group is not closed/,
    ],
    'one that takes more than linear time': [
      byValue({ type: 'string', operator: 'nregex', value: '(a)\\1' }),
      `${atFilter}/value`,
      /back-references are not supported/,
    ],
    'one that gets too large': [
      byValue({ type: 'string', operator: 'regex', value: '(a{30}){30}' }),
      `${atFilter}/value`,
      /too large/,
    ],
    'an operator on null': [
      byValue({ type: 'string', operator: 'contains', value: null }),
      `${atFilter}/value`,
      /needs a text/,
    ],
    'a value that is too long': [
      byValue({ type: 'string', operator: 'equals', value: 'x'.repeat(1_001) }),
      `${atFilter}/value`,
      /1000 characters/,
    ],
    'no values': [byValue({ type: 'string', operator: 'in', value: [] }), `${atFilter}/value`, /at least one value/],
    'too many values': [
      byValue({ type: 'string', operator: 'not-in', value: Array.from({ length: 1_001 }, String) }),
      `${atFilter}/value`,
      /at most 1000/,
    ],
    'a country that is none': [
      byValue({ type: 'string', operator: 'phone-country-code-in', value: ['US', 'us'] }),
      `${atFilter}/value/1`,
      /'us' is no country's code/,
    ],
    'numbers the wrong way round': [
      byValue({ type: 'numeric', operator: 'between', start: 2, end: 1 }),
      `${atFilter}/start`,
      /behind the end/,
    ],
    'a date that is none': [
      byValue({ type: 'date', operator: 'before', date: '2026-02-30' }),
      `${atFilter}/date`,
      /no date/,
    ],
    'dates the wrong way round': [
      byValue({ type: 'date', operator: 'between-static', start: '2026-02-01', end: '2026-01-01' }),
      `${atFilter}/start`,
      /behind the end/,
    ],
    'a time of nothing': [
      byValue({ type: 'date', operator: 'in-the-last', unit: 'day', quantity: 0 }),
      `${atFilter}/quantity`,
      /from 1 to/,
    ],
    'half a day': [
      byValue({ type: 'date', operator: 'anniversary-next', unit: 'day', quantity: 0.5 }),
      `${atFilter}/quantity`,
      /whole number/,
    ],
    'a unit that is none': [
      byValue({ type: 'date', operator: 'in-the-last', unit: 'month' as 'day', quantity: 1 }),
      `${atFilter}/unit`,
      /hour, day, week/,
    ],
    'days ago the wrong way round': [
      byValue({ type: 'date', operator: 'between', start: 3, end: 1, unit: 'day' }),
      `${atFilter}/start`,
      /behind the end/,
    ],
    'a thirteenth month': [
      byValue({ type: 'date', operator: 'calendar-month', value: 13 }),
      `${atFilter}/value`,
      /1 \(January\)/,
    ],
    'a list of less than nothing': [
      byValue({ type: 'list', operator: 'length-less-than', value: -1 }),
      `${atFilter}/value`,
      /0 or more/,
    ],
  };
  for (const [name, [filter, pointer, says]] of Object.entries(refusals)) {
    it(`refuses ${name}`, () => {
      const refused = violation(filter);
      expect(refused.rule).to.equal('filter_invalid');
      expect(refused.pointer).to.equal(pointer);
      expect(refused.message).to.match(says);
    });
  }
});

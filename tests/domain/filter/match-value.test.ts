import { expect } from 'chai';
import type { ValueFilter } from '../../../src/domain/filter/filter.js';
import { matchesValue } from '../../../src/domain/filter/match-value.js';
import type { Json } from '../../../src/domain/kernel/json.js';

/** The last day of February in a leap year. */
const NOW = Date.parse('2028-02-29T12:00:00Z');

interface Case {
  filter: ValueFilter;
  matches: readonly Json[];
  not: readonly (Json | undefined)[];
}

/** What stands for a value that isn't there. */
const MISSING = [undefined, null] as const;
const WRONG_FOR_TEXT: readonly Json[] = [true, false, [], ['gold'], {}];

const texts: Record<string, Case> = {
  equals: {
    filter: { type: 'string', operator: 'equals', value: 'gold' },
    matches: ['gold'],
    not: ['Gold', 'gold ', '', ...MISSING, ...WRONG_FOR_TEXT],
  },
  'equals of a number': {
    filter: { type: 'string', operator: 'equals', value: '12' },
    matches: ['12', 12],
    not: [1.2],
  },
  'equals null': { filter: { type: 'string', operator: 'equals', value: null }, matches: [null], not: ['', 'null', 0] },
  'not-equals': {
    filter: { type: 'string', operator: 'not-equals', value: 'gold' },
    matches: ['Gold', '', 12],
    not: ['gold', ...WRONG_FOR_TEXT],
  },
  'not-equals null': {
    filter: { type: 'string', operator: 'not-equals', value: null },
    matches: ['', 'gold'],
    not: MISSING,
  },
  contains: {
    filter: { type: 'string', operator: 'contains', value: 'ol' },
    matches: ['gold', 'ol'],
    not: ['GOLD', 'o l', ...MISSING, ...WRONG_FOR_TEXT],
  },
  'not-contains': {
    filter: { type: 'string', operator: 'not-contains', value: 'ol' },
    matches: ['silver', ''],
    not: ['gold', ...WRONG_FOR_TEXT],
  },
  'starts-with': {
    filter: { type: 'string', operator: 'starts-with', value: 'go' },
    matches: ['gold'],
    not: ['ego', ...MISSING],
  },
  'not-starts-with': {
    filter: { type: 'string', operator: 'not-starts-with', value: 'go' },
    matches: ['ego'],
    not: ['gold', ...WRONG_FOR_TEXT],
  },
  'ends-with': {
    filter: { type: 'string', operator: 'ends-with', value: 'ld' },
    matches: ['gold'],
    not: ['golds', ...MISSING],
  },
  'not-ends-with': {
    filter: { type: 'string', operator: 'not-ends-with', value: 'ld' },
    matches: ['golds'],
    not: ['gold', ...WRONG_FOR_TEXT],
  },
  regex: {
    filter: { type: 'string', operator: 'regex', value: '^g.+d$|[0-9]{3}' },
    matches: ['gold', 'a 123 b', 1234],
    not: ['ingold', '12', ...MISSING, ...WRONG_FOR_TEXT],
  },
  nregex: {
    filter: { type: 'string', operator: 'nregex', value: '^g.+d$' },
    matches: ['ingold', ''],
    not: ['gold', ...WRONG_FOR_TEXT],
  },
  in: {
    filter: { type: 'string', operator: 'in', value: ['gold', 'silver'] },
    matches: ['gold', 'silver'],
    not: ['bronze', 'gold,silver', ...MISSING, ...WRONG_FOR_TEXT],
  },
  'not-in': {
    filter: { type: 'string', operator: 'not-in', value: ['gold', 'silver'] },
    matches: ['bronze'],
    not: ['gold', ...WRONG_FOR_TEXT],
  },
  'phone-country-code-in': {
    filter: { type: 'string', operator: 'phone-country-code-in', value: ['US', 'GB'] },
    matches: ['+12025550123', '+442071838750'],
    // Canada, the Bahamas, Jersey, Germany, and no number at all.
    not: ['+14165550123', '+12425550123', '+441534123456', '+4930123456', '12025550123', '+', 'US', ...MISSING],
  },
  'phone-country-code-not-in': {
    filter: { type: 'string', operator: 'phone-country-code-not-in', value: ['US', 'GB'] },
    matches: ['+14165550123', '+4930123456'],
    not: ['+12025550123', '+442071838750', ...WRONG_FOR_TEXT],
  },
};

const WRONG_FOR_NUMBER: readonly Json[] = ['', ' ', 'twelve', '12 apples', '0x0c', '1,2', true, [12], {}, 'Infinity'];

const numbers: Record<string, Case> = {
  equals: {
    filter: { type: 'numeric', operator: 'equals', value: 12 },
    matches: [12, '12', ' 12.0 ', '1.2e1', '+12'],
    not: [12.1, '-12', ...MISSING, ...WRONG_FOR_NUMBER],
  },
  'not-equals': {
    filter: { type: 'numeric', operator: 'not-equals', value: 12 },
    matches: [0, '13'],
    not: [12, '12', ...WRONG_FOR_NUMBER],
  },
  'greater-than': {
    filter: { type: 'numeric', operator: 'greater-than', value: 12 },
    matches: [12.1, '99'],
    not: [12, ...MISSING],
  },
  'greater-than-or-equal': {
    filter: { type: 'numeric', operator: 'greater-than-or-equal', value: 12 },
    matches: [12, 13],
    not: [11.9, ...MISSING, ...WRONG_FOR_NUMBER],
  },
  'less-than': {
    filter: { type: 'numeric', operator: 'less-than', value: 12 },
    matches: [-1, '.5'],
    not: [12, ...MISSING],
  },
  'less-than-or-equal': {
    filter: { type: 'numeric', operator: 'less-than-or-equal', value: 12 },
    matches: [12, 0],
    not: [12.1, ...MISSING, ...WRONG_FOR_NUMBER],
  },
  between: {
    filter: { type: 'numeric', operator: 'between', start: 10, end: 12 },
    matches: [10, 11, 12, '11'],
    not: [9.9, 12.1, ...MISSING, ...WRONG_FOR_NUMBER],
  },
};

const booleans: Record<string, Case> = {
  'equals true': {
    filter: { type: 'boolean', operator: 'equals', value: true },
    matches: [true],
    not: [false, 'true', 1, ...MISSING, [], {}],
  },
  'equals false': {
    filter: { type: 'boolean', operator: 'equals', value: false },
    matches: [false],
    not: [true, 'false', 0, '', ...MISSING],
  },
};

const NO_DATES: readonly Json[] = [
  '',
  'soon',
  '2028-02-30',
  '2028-13-01',
  '2028-02-29T25:00',
  1_835_000_000,
  true,
  [],
  {},
];

const dates: Record<string, Case> = {
  before: {
    filter: { type: 'date', operator: 'before', date: '2028-01-01' },
    matches: ['2027-12-31', '2027-12-31T23:59:59Z', '2028-01-01T00:30:00+01:00', '12/31/2027', '0001-01-01'],
    not: ['2028-01-01', '2028-01-01T00:00:00Z', '1/1/2028', ...MISSING, ...NO_DATES],
  },
  after: {
    filter: { type: 'date', operator: 'after', date: '2028-01-01T00:00:00Z' },
    matches: ['2028-01-01T00:00:00.001Z', '2028-01-02', '2028-01-01 10:00:00'],
    not: ['2028-01-01', '2027-12-31', ...MISSING, ...NO_DATES],
  },
  'between-static': {
    filter: { type: 'date', operator: 'between-static', start: '2028-01-01', end: '2028-01-31' },
    matches: ['2028-01-01', '2028-01-15T10:00:00Z', '2028-01-31'],
    not: ['2027-12-31', '2028-01-31T00:00:01Z', ...MISSING, ...NO_DATES],
  },
  'at-least': {
    filter: { type: 'date', operator: 'at-least', unit: 'day', quantity: 3 },
    matches: ['2028-02-26T12:00:00Z', '2028-02-26', '1990-01-01'],
    not: ['2028-02-26T12:00:01Z', '2028-03-05', ...MISSING, ...NO_DATES],
  },
  'in-the-last': {
    filter: { type: 'date', operator: 'in-the-last', unit: 'hour', quantity: 2 },
    matches: ['2028-02-29T10:00:00Z', '2028-02-29T12:00:00Z'],
    not: ['2028-02-29T09:59:59Z', '2028-02-29T12:00:01Z', ...MISSING, ...NO_DATES],
  },
  // Klaviyo: a date without a time is its midnight, so today's is in the last day and not in the next.
  'in-the-last, of today': {
    filter: { type: 'date', operator: 'in-the-last', unit: 'day', quantity: 1 },
    matches: ['2028-02-29'],
    not: ['2028-02-28', '2028-03-01'],
  },
  'in-the-next': {
    filter: { type: 'date', operator: 'in-the-next', unit: 'week', quantity: 1 },
    matches: ['2028-03-01', '2028-03-07T12:00:00Z'],
    not: ['2028-02-29', '2028-03-07T12:00:01Z', ...MISSING, ...NO_DATES],
  },
  between: {
    filter: { type: 'date', operator: 'between', start: 1, end: 3, unit: 'day' },
    matches: ['2028-02-28T12:00:00Z', '2028-02-26T12:00:00Z', '2028-02-27'],
    not: ['2028-02-28T12:00:01Z', '2028-02-26T11:59:59Z', ...MISSING, ...NO_DATES],
  },
  'calendar-month': {
    filter: { type: 'date', operator: 'calendar-month', value: 2 },
    matches: ['1990-02-01', '2030-02-28T23:59:59Z'],
    not: ['1990-03-01', '2028-02-29T23:30:00-01:00', ...MISSING, ...NO_DATES],
  },
  anniversary: {
    filter: { type: 'date', operator: 'anniversary' },
    matches: ['2000-02-29', '2024-02-29T23:59:59Z', '1996-02-29T00:00:00Z'],
    not: ['2000-02-28', '2001-03-01', ...MISSING, ...NO_DATES],
  },
  'anniversary-month': {
    filter: { type: 'date', operator: 'anniversary-month' },
    matches: ['1990-02-01', '2027-02-28'],
    not: ['1990-01-31', '1990-03-01', ...MISSING, ...NO_DATES],
  },
  'anniversary-last': {
    filter: { type: 'date', operator: 'anniversary-last', unit: 'day', quantity: 60 },
    matches: ['1990-02-28', '2000-02-29', '1990-01-01', '1990-12-31T12:00:00Z'],
    not: ['1990-03-01', '1990-12-31T11:59:59Z', ...MISSING, ...NO_DATES],
  },
  'anniversary-next': {
    filter: { type: 'date', operator: 'anniversary-next', unit: 'day', quantity: 365 },
    matches: ['1990-03-01', '1990-12-31', '2000-02-29', '2000-02-28'],
    // 365 days from noon of 29 February end at noon of the 28th.
    not: ['2000-02-28T12:00:01Z', ...MISSING, ...NO_DATES],
  },
  'anniversary-next, of years': {
    filter: { type: 'date', operator: 'anniversary-next', unit: 'week', quantity: 5_000 },
    matches: ['1990-03-01', '2000-02-29'],
    not: [...MISSING, ...NO_DATES],
  },
};

const lists: Record<string, Case> = {
  contains: {
    filter: { type: 'list', operator: 'contains', value: 'a' },
    matches: [['a'], ['b', 'a']],
    not: [['A'], [['a']], [], 'a', { 0: 'a' }, ...MISSING],
  },
  'contains a number': {
    filter: { type: 'list', operator: 'contains', value: 7 },
    matches: [[1, 7]],
    not: [['7'], [70], 7, ...MISSING],
  },
  'not-contains': {
    filter: { type: 'list', operator: 'not-contains', value: 'a' },
    matches: [[], ['b']],
    not: [['a'], 'b', {}, 7],
  },
  'length-equals': {
    filter: { type: 'list', operator: 'length-equals', value: 2 },
    matches: [[1, 2]],
    not: [[1], 'ab', ...MISSING],
  },
  'length-greater-than': {
    filter: { type: 'list', operator: 'length-greater-than', value: 1 },
    matches: [[1, 2]],
    not: [[1], ...MISSING],
  },
  'length-greater-than-or-equal': {
    filter: { type: 'list', operator: 'length-greater-than-or-equal', value: 1 },
    matches: [[1], [1, 2]],
    not: [[], ...MISSING],
  },
  'length-less-than': {
    filter: { type: 'list', operator: 'length-less-than', value: 1 },
    matches: [[]],
    not: [[1], '', ...MISSING],
  },
  'length-less-than-or-equal': {
    filter: { type: 'list', operator: 'length-less-than-or-equal', value: 1 },
    matches: [[], [1]],
    not: [[1, 2], ...MISSING],
  },
};

const existence: Record<string, Case> = {
  'is-set': { filter: { type: 'existence', operator: 'is-set' }, matches: ['', 0, false, [], {}, 'x'], not: MISSING },
  'not-set': { filter: { type: 'existence', operator: 'not-set' }, matches: [null], not: ['', 0, false, [], {}] },
};

describe('Filter of one value', () => {
  for (const [type, cases] of Object.entries({ texts, numbers, booleans, dates, lists, existence })) {
    describe(type, () => {
      for (const [name, { filter, matches, not }] of Object.entries(cases)) {
        it(name, () => {
          for (const value of matches) {
            expect(matchesValue(filter, value, NOW), `matches ${JSON.stringify(value)}`).to.equal(true);
            // Null is as if it weren't there.
            if (value === null) expect(matchesValue(filter, undefined, NOW), 'matches what is missing').to.equal(true);
          }
          if (!matches.some((value) => value === null)) {
            for (const value of MISSING)
              expect(matchesValue(filter, value, NOW), 'not what is missing').to.equal(false);
          }
          for (const value of not) {
            expect(matchesValue(filter, value, NOW), `not ${JSON.stringify(value)}`).to.equal(false);
          }
        });
      }
    });
  }

  it('keeps 29 February on the 28th where a year has no 29th', () => {
    const anniversary = { type: 'date', operator: 'anniversary' } as const;
    expect(matchesValue(anniversary, '2000-02-29', Date.parse('2027-02-28T08:00:00Z'))).to.equal(true);
    expect(matchesValue(anniversary, '2000-02-29', Date.parse('2027-03-01T08:00:00Z'))).to.equal(false);
    expect(matchesValue(anniversary, '2000-02-29', Date.parse('2028-02-28T08:00:00Z'))).to.equal(false);
  });

  it('finds the anniversary of either side of a turn of the year', () => {
    const newYear = Date.parse('2027-01-01T06:00:00Z');
    const last = { type: 'date', operator: 'anniversary-last', unit: 'day', quantity: 2 } as const;
    const next = { ...last, operator: 'anniversary-next' } as const;
    expect(matchesValue(last, '1990-12-31', newYear)).to.equal(true);
    expect(matchesValue(next, '1990-12-31', newYear)).to.equal(false);
    expect(matchesValue(next, '1990-01-02', Date.parse('2026-12-31T06:00:00Z'))).to.equal(true);
  });

  it('searches in linear time, whatever the pattern', () => {
    const filter = { type: 'string', operator: 'regex', value: '(a*)*(a*)*(a|aa)+$' } as const;
    const begun = process.cpuUsage();
    expect(matchesValue(filter, `${'a'.repeat(100_000)}!`, NOW)).to.equal(true);
    expect(matchesValue(filter, `${'a'.repeat(4_000)}!`, NOW)).to.equal(false);
    expect(process.cpuUsage(begun).user).to.be.below(2_000_000);
  });
});

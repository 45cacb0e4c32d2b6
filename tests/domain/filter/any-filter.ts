import fc from 'fast-check';
import type { Condition, Filter, ValueFilter } from '../../../src/domain/filter/filter.js';

const text = fc.oneof(fc.constantFrom('', 'a', 'gold', '12'), fc.string({ maxLength: 20 }));
const number = fc
  .oneof(fc.integer({ min: -20, max: 20 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((n) => n + 0);
const unit = fc.constantFrom('hour' as const, 'day' as const, 'week' as const);
const quantity = fc.integer({ min: 1, max: 500 });
const day = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().slice(0, 10)));
const ordered = <T>(one: fc.Arbitrary<T>, rank: (value: T) => number) =>
  fc.tuple(one, one).map(([a, b]) => (rank(a) <= rank(b) ? { start: a, end: b } : { start: b, end: a }));

/** Any filter of one value that makes sense. */
export const anyValueFilter: fc.Arbitrary<ValueFilter> = fc.oneof(
  fc.record({
    type: fc.constant('string' as const),
    operator: fc.constantFrom(
      ...(['contains', 'ends-with', 'equals', 'starts-with'] as const),
      ...(['not-contains', 'not-ends-with', 'not-equals', 'not-starts-with'] as const),
    ),
    value: text,
  }),
  fc.record({
    type: fc.constant('string' as const),
    operator: fc.constantFrom('equals' as const, 'not-equals' as const),
    value: fc.constant(null),
  }),
  fc.record({
    type: fc.constant('string' as const),
    operator: fc.constantFrom('regex' as const, 'nregex' as const),
    value: fc.constantFrom('a', '^g.*d$', '[0-9]+', '(a|b)*c?'),
  }),
  fc.record({
    type: fc.constant('string' as const),
    operator: fc.constantFrom('in' as const, 'not-in' as const),
    value: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('string' as const),
    operator: fc.constantFrom('phone-country-code-in' as const, 'phone-country-code-not-in' as const),
    value: fc.array(fc.constantFrom('US', 'GB', 'NO'), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('numeric' as const),
    operator: fc.constantFrom(
      ...([
        'equals',
        'not-equals',
        'greater-than',
        'greater-than-or-equal',
        'less-than',
        'less-than-or-equal',
      ] as const),
    ),
    value: number,
  }),
  ordered(number, (n) => n).map((range) => ({ type: 'numeric' as const, operator: 'between' as const, ...range })),
  fc.boolean().map((value) => ({ type: 'boolean' as const, operator: 'equals' as const, value })),
  fc.record({
    type: fc.constant('date' as const),
    operator: fc.constantFrom('before' as const, 'after' as const),
    date: day,
  }),
  ordered(day, Date.parse).map((range) => ({ type: 'date' as const, operator: 'between-static' as const, ...range })),
  fc.record({
    type: fc.constant('date' as const),
    operator: fc.constantFrom(...(['at-least', 'in-the-last', 'in-the-next'] as const)),
    unit,
    quantity,
  }),
  fc.record({
    type: fc.constant('date' as const),
    operator: fc.constantFrom('anniversary-last' as const, 'anniversary-next' as const),
    unit,
    quantity,
  }),
  fc
    .tuple(
      ordered(quantity, (n) => n),
      unit,
    )
    .map(([range, its]) => ({ type: 'date' as const, operator: 'between' as const, ...range, unit: its })),
  fc
    .integer({ min: 1, max: 12 })
    .map((value) => ({ type: 'date' as const, operator: 'calendar-month' as const, value })),
  fc.record({
    type: fc.constant('date' as const),
    operator: fc.constantFrom('anniversary' as const, 'anniversary-month' as const),
  }),
  fc.record({
    type: fc.constant('list' as const),
    operator: fc.constantFrom('contains' as const, 'not-contains' as const),
    value: fc.oneof(text, number, fc.constant(null)),
  }),
  fc.record({
    type: fc.constant('list' as const),
    operator: fc.constantFrom(
      ...(['length-equals', 'length-greater-than', 'length-greater-than-or-equal'] as const),
      ...(['length-less-than', 'length-less-than-or-equal'] as const),
    ),
    value: fc.nat({ max: 5 }),
  }),
  fc.record({
    type: fc.constant('existence' as const),
    operator: fc.constantFrom('is-set' as const, 'not-set' as const),
  }),
);

const name = fc.constantFrom('first_name', "properties['a']", 'a', 'location.city', '$value', 'constructor');

/** Any condition of profiles. */
export const anyProfileCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ type: fc.constant('profile-property' as const), property: name, filter: anyValueFilter }),
  fc.record({
    type: fc.constant('profile-group-membership' as const),
    isMember: fc.boolean(),
    groupIds: fc.array(fc.constantFrom('a', 'b', 'toString'), { minLength: 1, maxLength: 3 }),
  }),
);

const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  anyProfileCondition,
  fc.record({
    type: fc.constantFrom(...(['metric-property', 'price-drop-property', 'low-inventory-property'] as const)),
    metricId: fc.constant('m'),
    field: name,
    filter: anyValueFilter,
  }),
);

export const filterOfAny = (condition: fc.Arbitrary<Condition>): fc.Arbitrary<Filter> =>
  fc
    .array(fc.array(condition, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((groups) => ({ conditionGroups: groups.map((conditions) => ({ conditions })) }));

/** Any filter that makes sense. */
export const anyFilter: fc.Arbitrary<Filter> = filterOfAny(anyCondition);

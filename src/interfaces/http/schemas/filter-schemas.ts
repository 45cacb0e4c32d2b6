import { z } from 'zod';
import type { Condition, Filter, TriggerPropertyCondition, ValueFilter } from '../../../domain/filter/filter.js';
import { quoted } from '../validation.js';
import { notTaken } from './fields.js';

/** The filters of Klaviyo's flow definitions and segments, as they come and as they are shown. */

const unit = z.enum(['hour', 'day', 'week']);

/** The filters of one type, told apart by their operators. */
const byOperator = <const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  type: string,
  operators: readonly string[],
  options: Options,
) =>
  z.discriminatedUnion('operator', options, {
    error: ({ input, code }) =>
      code === 'invalid_union'
        ? `${quoted((input as { operator?: unknown } | null)?.operator)} is no operator of the type '${type}'; they are ${operators.join(', ')}.`
        : undefined,
  });

const TEXT_OPERATORS = [
  'contains',
  'ends-with',
  'equals',
  'not-contains',
  'not-ends-with',
  'not-equals',
  'not-starts-with',
  'nregex',
  'regex',
  'starts-with',
] as const;
const VALUES_OPERATORS = ['in', 'not-in', 'phone-country-code-in', 'phone-country-code-not-in'] as const;
const text = byOperator(
  'string',
  [...TEXT_OPERATORS, ...VALUES_OPERATORS],
  [
    z.strictObject({ type: z.literal('string'), operator: z.enum(TEXT_OPERATORS), value: z.string().nullable() }),
    z.strictObject({ type: z.literal('string'), operator: z.enum(VALUES_OPERATORS), value: z.array(z.string()) }),
  ],
);

const NUMBER_OPERATORS = [
  'equals',
  'greater-than',
  'greater-than-or-equal',
  'less-than',
  'less-than-or-equal',
  'not-equals',
] as const;
const numeric = byOperator(
  'numeric',
  [...NUMBER_OPERATORS, 'between'],
  [
    z.strictObject({ type: z.literal('numeric'), operator: z.enum(NUMBER_OPERATORS), value: z.number() }),
    z.strictObject({ type: z.literal('numeric'), operator: z.literal('between'), start: z.number(), end: z.number() }),
  ],
);

const boolean = z.strictObject({ type: z.literal('boolean'), operator: z.literal('equals'), value: z.boolean() });

const SINCE_OPERATORS = ['at-least', 'in-the-last', 'in-the-next'] as const;
const COMING_ROUND_OPERATORS = ['anniversary-last', 'anniversary-next'] as const;
const date = byOperator(
  'date',
  [
    ...['before', 'after', 'between-static', ...SINCE_OPERATORS, 'between', ...COMING_ROUND_OPERATORS],
    ...['anniversary', 'anniversary-month', 'calendar-month'],
  ],
  [
    z.strictObject({ type: z.literal('date'), operator: z.enum(['before', 'after']), date: z.string() }),
    z.strictObject({
      type: z.literal('date'),
      operator: z.literal('between-static'),
      start: z.string(),
      end: z.string(),
    }),
    z.strictObject({ type: z.literal('date'), operator: z.enum(SINCE_OPERATORS), unit, quantity: z.number() }),
    z.strictObject({ type: z.literal('date'), operator: z.enum(COMING_ROUND_OPERATORS), unit, quantity: z.number() }),
    z.strictObject({
      type: z.literal('date'),
      operator: z.literal('between'),
      start: z.number(),
      end: z.number(),
      unit,
    }),
    z.strictObject({ type: z.literal('date'), operator: z.literal('calendar-month'), value: z.number() }),
    z.strictObject({ type: z.literal('date'), operator: z.enum(['anniversary', 'anniversary-month']) }),
  ],
);

const LENGTH_OPERATORS = [
  'length-equals',
  'length-greater-than',
  'length-greater-than-or-equal',
  'length-less-than',
  'length-less-than-or-equal',
] as const;
const list = byOperator(
  'list',
  ['contains', 'not-contains', ...LENGTH_OPERATORS],
  [
    z.strictObject({
      type: z.literal('list'),
      operator: z.enum(['contains', 'not-contains']),
      value: z.union([z.string(), z.number()], { error: "'value' has to be a text, a number or null." }).nullable(),
    }),
    z.strictObject({ type: z.literal('list'), operator: z.enum(LENGTH_OPERATORS), value: z.number() }),
  ],
);

const existence = z.strictObject({ type: z.literal('existence'), operator: z.enum(['is-set', 'not-set']) });

const valueFilter = z.discriminatedUnion('type', [text, numeric, boolean, date, list, existence], {
  error: ({ input, code }) =>
    code === 'invalid_union'
      ? `There are no filters of the type ${typeOf(input)}; the types are string, numeric, boolean, date, list, existence.`
      : undefined,
});

const typeOf = (input: unknown): string => quoted((input as { type?: unknown } | null)?.type);

/** `{condition_groups: [{conditions: […]}]}`, of conditions of these types and no others. */
const filterOfConditions = <
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(
  types: string,
  options: Options,
) =>
  z.strictObject({
    condition_groups: z.array(
      z.strictObject({
        conditions: z.array(
          z.discriminatedUnion('type', options, {
            error: ({ input, code }) =>
              code === 'invalid_union'
                ? `hookledger has no conditions of the type ${typeOf(input)} here; the types are ${types}.`
                : undefined,
          }),
        ),
      }),
    ),
  });

/** Of profiles: a flow's `profile_filter`, and the `definition` of a segment. */
export const profileFilter = filterOfConditions('profile-property and profile-group-membership', [
  z.strictObject({ type: z.literal('profile-property'), property: z.string(), filter: valueFilter }),
  z.strictObject({
    type: z.literal('profile-group-membership'),
    is_member: z.boolean(),
    group_ids: z.array(z.string()),
    timeframe_filter: notTaken('hookledger asks who is in a list or segment now, not since when; take this out.'),
  }),
]);
export type ProfileFilterWire = z.infer<typeof profileFilter>;

/** The `trigger_filter` of a trigger, whose conditions have a type of their own. */
const triggerFilterOf = <Type extends TriggerPropertyCondition['type'], Metric extends z.ZodType<string | null>>(
  type: Type,
  metric: Metric,
) =>
  filterOfConditions(type, [
    z.strictObject({ type: z.literal(type), metric_id: metric, field: z.string(), filter: valueFilter }),
  ]);

export const metricTriggerFilter = triggerFilterOf('metric-property', z.string());
export const priceDropTriggerFilter = triggerFilterOf('price-drop-property', z.string().nullable());
export const lowInventoryTriggerFilter = triggerFilterOf('low-inventory-property', z.string().nullable());
export type TriggerFilterWire =
  | z.infer<typeof metricTriggerFilter>
  | z.infer<typeof priceDropTriggerFilter>
  | z.infer<typeof lowInventoryTriggerFilter>;

type FilterWire = ProfileFilterWire | TriggerFilterWire;
type ConditionWire = FilterWire['condition_groups'][number]['conditions'][number];

/** The domain's filter of one that came. */
export const filterOf = ({ condition_groups }: FilterWire): Filter => ({
  conditionGroups: condition_groups.map(({ conditions }) => ({ conditions: conditions.map(conditionOf) })),
});

function conditionOf(condition: ConditionWire): Condition {
  switch (condition.type) {
    case 'profile-property':
      return condition;
    case 'profile-group-membership':
      return { type: condition.type, isMember: condition.is_member, groupIds: condition.group_ids };
    default: {
      const { type, metric_id: metricId, field, filter } = condition;
      return { type, metricId, field, filter };
    }
  }
}

/** A filter as Klaviyo writes it. */
export const shownFilter = <Wire extends FilterWire>({ conditionGroups }: Filter): Wire =>
  ({
    condition_groups: conditionGroups.map(({ conditions }) => ({ conditions: conditions.map(shown) })),
  }) as Wire;

function shown(condition: Condition): ConditionWire {
  switch (condition.type) {
    case 'profile-property':
      return { ...condition, filter: condition.filter as ValueFilterWire };
    case 'profile-group-membership':
      return { type: condition.type, is_member: condition.isMember, group_ids: [...condition.groupIds] };
    default: {
      const { type, metricId, field, filter } = condition;
      return { type, metric_id: metricId, field, filter } as ConditionWire;
    }
  }
}

/** The domain's filters of one value are Klaviyo's own. */
type ValueFilterWire = z.infer<typeof valueFilter> & ValueFilter;

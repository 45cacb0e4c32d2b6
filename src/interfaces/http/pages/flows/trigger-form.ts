import type { FastifyRequest } from 'fastify';
import { FLOW_TRIGGER_TYPES, type FlowTrigger, type FlowTriggerType } from '../../../../domain/flow/flow-trigger.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import { givenTrigger } from '../../given-flow.js';
import { flowTrigger } from '../../schemas/flow-schemas.js';
import { fieldOf, fieldsOf } from '../form-body.js';

/** What the form for a new flow has fields for; named as in the API's definition, so that one schema checks both. */
const FIELDS: Readonly<Record<FlowTriggerType, readonly string[]>> = {
  metric: [],
  list: [],
  segment: [],
  date: [
    'date_profile_property',
    'timedelta_value_before_date',
    'timedelta_unit_before_date',
    'recurrence_frequency',
    'trigger_time',
    'timezone',
  ],
  'price-drop': ['price_drop_amount_value', 'price_drop_amount_unit', 'timeframe_days'],
  'low-inventory': ['product_level', 'inventory_count', 'timeframe_days'],
};

const NUMBERS: ReadonlySet<string> = new Set([
  'timedelta_value_before_date',
  'price_drop_amount_value',
  'inventory_count',
  'timeframe_days',
]);

/** What to do where the schema refuses a field. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  id: 'Choose one of those that there are.',
  date_profile_property: 'Name the property that holds the date, with at most 255 characters.',
  timedelta_value_before_date: 'Give the time before the date as a whole number, from 0 to 1000.',
  price_drop_amount_value: 'Give the amount as a number above 0.',
  inventory_count: 'Give the stock as a whole number, 0 or more.',
  timeframe_days: 'Give the days as a whole number, from 1 to 365.',
  audience: 'Choose at least one of them.',
};

export const isTriggerType = (value: unknown): value is FlowTriggerType =>
  FLOW_TRIGGER_TYPES.some((type) => type === value);

/** What a form for this kind of trigger begins with. */
export const FRESH: Readonly<Record<string, string>> = {
  date_profile_property: '',
  timedelta_value_before_date: '0',
  timedelta_unit_before_date: 'days',
  recurrence_frequency: 'annually',
  trigger_time: '09:00',
  timezone: 'profile',
  price_drop_amount_value: '5',
  price_drop_amount_unit: 'percent',
  product_level: 'product',
  inventory_count: '5',
  timeframe_days: '30',
};

/** What was typed into the fields for this kind of trigger. */
export const typedTrigger = (request: FastifyRequest, type: FlowTriggerType): Record<string, string> => ({
  ...FRESH,
  ...Object.fromEntries(FIELDS[type].map((name) => [name, fieldOf(request, name)])),
});

/**
 * @param id of the metric, list or segment
 * @throws RuleViolation trigger_invalid, with the field's name as its pointer
 */
export function triggerOfForm(request: FastifyRequest, type: FlowTriggerType, id: string): FlowTrigger {
  const given: Record<string, unknown> = { type };
  for (const name of FIELDS[type]) {
    const text = fieldOf(request, name).trim();
    given[name] = NUMBERS.has(name) ? numberOf(text) : text;
  }
  if (type === 'metric' || type === 'list' || type === 'segment') given.id = id;
  if (type === 'price-drop' || type === 'low-inventory') given.audience = fieldsOf(request, 'audience');
  if (type === 'date') {
    given.date_field_type = 'profile-property';
    // A time field leaves out seconds that are 0.
    given.trigger_time = String(given.trigger_time).replace(/^\d\d:\d\d$/, '$&:00');
  }
  const parsed = flowTrigger.safeParse(given);
  if (parsed.success) return givenTrigger(parsed.data);
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  throw new RuleViolation(
    'trigger_invalid',
    WHAT_TO_DO[field] ?? 'Choose one of the values that the field offers.',
    `/${field}`,
  );
}

/** What is no number stays a text, which the schema refuses. */
const numberOf = (text: string): number | string => (text === '' || Number.isNaN(Number(text)) ? text : Number(text));

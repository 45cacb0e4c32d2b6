import { z } from 'zod';
import { FLOW_STATUSES, REENTRY_UNITS } from '../../../domain/flow/flow.js';
import { FLOW_NODE_TYPES } from '../../../domain/flow/flow-graph.js';
import { FLOW_TRIGGER_TYPES, WEEKDAYS } from '../../../domain/flow/flow-trigger.js';
import { DELAY_UNITS } from '../../../domain/flow/time-delay.js';
import { quoted } from '../validation.js';
import { document, existing, nameField, notTaken, resource } from './fields.js';
import {
  lowInventoryTriggerFilter,
  metricTriggerFilter,
  priceDropTriggerFilter,
  profileFilter,
} from './filter-schemas.js';
import { requestHeaders } from './request-headers.js';
import { withExample } from './with-example.js';

const NO_FILTER = 'A list or segment has no event whose properties a trigger_filter could ask for; use profile_filter.';

const weekdays = z.array(z.enum(WEEKDAYS)).max(7);
const timeZone = z
  .string()
  .max(64)
  .describe("An IANA time zone, or 'profile': the profile's own, which is UTC where it has none");

const metricTrigger = z.strictObject({
  type: z.literal('metric'),
  id: z.string(),
  trigger_filter: metricTriggerFilter.nullish(),
});

const audienceTrigger = <Type extends 'list' | 'segment'>(type: Type) =>
  z.strictObject({ type: z.literal(type), id: z.string(), trigger_filter: notTaken(NO_FILTER) });

const dateTrigger = z.strictObject({
  type: z.literal('date'),
  date_field_type: z.literal('profile-property'),
  date_profile_property: z.string().max(255),
  timedelta_unit_before_date: z.enum(['days', 'weeks', 'months']).default('weeks'),
  timedelta_value_before_date: z.int(),
  recurrence_frequency: z.enum(['never', 'weekly', 'monthly', 'annually']).default('monthly'),
  timezone: timeZone.default('profile'),
  trigger_time: z.string().max(8).describe('HH:MM:SS'),
  trigger_days: weekdays.nullish(),
  trigger_filter: notTaken('A date has no event whose properties a trigger_filter could ask for; use profile_filter.'),
});

const timeframeDays = z.int().min(1).max(365).default(30);

const priceDropTrigger = z.strictObject({
  type: z.literal('price-drop'),
  trigger_filter: priceDropTriggerFilter.nullish(),
  price_drop_amount_value: z.number().positive().max(1e9),
  price_drop_amount_unit: z.enum(['currency', 'percent']).default('currency'),
  audience: z
    .array(z.enum(['checkout-started', 'viewed']))
    .min(1)
    .max(2),
  timeframe_days: timeframeDays,
  currency_type: z.literal('usd').default('usd'),
});

const lowInventoryTrigger = z.strictObject({
  type: z.literal('low-inventory'),
  product_level: z.enum(['product', 'variant']),
  trigger_filter: lowInventoryTriggerFilter.nullish(),
  inventory_count: z.int().min(0).max(1e9),
  audience: z
    .array(z.enum(['added-to-cart', 'checkout-started', 'viewed']))
    .min(1)
    .max(3),
  timeframe_days: timeframeDays,
});

export const flowTrigger = z.discriminatedUnion(
  'type',
  [
    metricTrigger,
    audienceTrigger('list'),
    audienceTrigger('segment'),
    dateTrigger,
    priceDropTrigger,
    lowInventoryTrigger,
  ],
  {
    error: ({ input }) =>
      `A flow can't be triggered by ${typeOf(input)} here; the types are ${FLOW_TRIGGER_TYPES.join(', ')}.`,
  },
);

const message = z.strictObject({
  id: z.string().nullish(),
  name: z.string().max(255).nullish(),
  url: z.string(),
  headers: requestHeaders.nullish(),
  body: z.string().nullish(),
});

const actionStatus = z.enum(['draft', 'manual', 'live', 'disabled']);

const actionIds = { id: z.string().nullish(), temporary_id: z.string().nullish() };
const nextLink = z.strictObject({ next: z.string().nullish() }).nullish();

const webhookAction = z.strictObject({
  ...actionIds,
  type: z.literal('send-webhook'),
  links: nextLink,
  data: z.strictObject({ message, status: actionStatus.nullish() }),
});

const timeDelayAction = z.strictObject({
  ...actionIds,
  type: z.literal('time-delay'),
  links: nextLink,
  data: z.strictObject({
    unit: z.enum(DELAY_UNITS).default('days').describe('seconds and weeks are not among those of Klaviyo'),
    value: z.int(),
    secondary_value: z.int().nullish().describe('Hours beside days, minutes beside hours'),
    timezone: timeZone.default('profile'),
    delay_until_time: z.string().max(8).nullish().describe('HH:MM:SS'),
    delay_until_weekdays: weekdays.nullish(),
  }),
});

const conditionalSplitAction = z.strictObject({
  ...actionIds,
  type: z.literal('conditional-split'),
  links: z.strictObject({ next_if_true: z.string().nullish(), next_if_false: z.string().nullish() }).nullish(),
  data: z.strictObject({ profile_filter: profileFilter }),
});

const action = z.discriminatedUnion('type', [webhookAction, timeDelayAction, conditionalSplitAction], {
  error: ({ input }) =>
    `hookledger has no actions of the type ${typeOf(input)}; the types are ${FLOW_NODE_TYPES.join(', ')}.`,
});

const typeOf = (input: unknown): string => quoted((input as { type?: unknown } | null)?.type);

const newAction = action.superRefine((given, context) => {
  if (given.id != null) {
    context.addIssue({ code: 'custom', path: ['id'], message: 'A new action has no id yet; give it a temporary_id.' });
  }
  if (given.temporary_id == null) {
    context.addIssue({ code: 'custom', path: ['temporary_id'], message: "'temporary_id' is missing." });
  }
});

const definition = z.strictObject({
  triggers: z
    .array(flowTrigger)
    .min(1, { error: 'A flow needs a trigger.' })
    .max(1, { error: 'A flow has one trigger; take the others out.' }),
  profile_filter: profileFilter.nullish(),
  actions: z.array(newAction).max(100),
  entry_action_id: z.string().nullable(),
  reentry_criteria: z
    .strictObject({ duration: z.int().min(0).max(10_000), unit: z.enum(REENTRY_UNITS) })
    .nullish()
    .describe('Of the unit alltime, 1 means once only and 0 each time; without it, each trigger starts the flow'),
});

export const createFlowBody = withExample(
  document(resource('flow', z.strictObject({ name: nameField(), definition }))),
  {
    data: {
      type: 'flow',
      attributes: {
        name: 'Tell the warehouse about orders',
        definition: {
          triggers: [{ type: 'metric', id: '{metric_id}' }],
          actions: [
            {
              temporary_id: 'warehouse',
              type: 'send-webhook',
              links: { next: null },
              data: {
                message: {
                  name: 'Warehouse',
                  url: 'https://warehouse.example.com/orders',
                  headers: { authorization: 'Bearer 5f1d' },
                  body: '{"order": {{ event.order_id }}, "email": "{{ person.email }}"}',
                },
                status: 'live',
              },
            },
          ],
          entry_action_id: 'warehouse',
        },
      },
    },
  },
);
export type CreateFlowBody = z.infer<typeof createFlowBody>;
export type GivenTrigger = z.infer<typeof flowTrigger>;
export type GivenAction = z.infer<typeof action>;

export const updateFlowBody = withExample(
  document(existing('flow', z.strictObject({ status: z.enum(FLOW_STATUSES) }))),
  { data: { type: 'flow', id: '{flow_id}', attributes: { status: 'live' } } },
);

export const updateFlowActionBody = withExample(
  document(existing('flow-action', z.strictObject({ definition: action }))),
  {
    data: {
      type: 'flow-action',
      id: '{flow_action_id}',
      attributes: {
        definition: {
          id: '{flow_action_id}',
          type: 'send-webhook',
          data: {
            message: { url: 'https://warehouse.example.com/v2/orders', body: '{"order": {{ event.order_id }}}' },
            status: 'live',
          },
        },
      },
    },
  },
);
export type UpdateFlowActionBody = z.infer<typeof updateFlowActionBody>;

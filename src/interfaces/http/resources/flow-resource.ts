import { z } from 'zod';
import type { Filter } from '../../../domain/filter/filter.js';
import { FLOW_STATUSES, REENTRY_UNITS } from '../../../domain/flow/flow.js';
import { type FlowTrigger, WEEKDAYS } from '../../../domain/flow/flow-trigger.js';
import { type ActionView, type FlowView, TRIGGER_TYPE_NAMES } from '../../../projections/flows/flow-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';
import {
  type filterOf,
  lowInventoryTriggerFilter,
  metricTriggerFilter,
  priceDropTriggerFilter,
  profileFilter,
  shownFilter,
} from '../schemas/filter-schemas.js';
import { actionDefinition, shownActionDefinition } from './flow-action-resource.js';

const filter = profileFilter.nullable();

const shownTrigger = z.discriminatedUnion('type', [
  z.object({ type: z.literal('metric'), id: z.string(), trigger_filter: metricTriggerFilter.nullable() }),
  z.object({ type: z.literal('list'), id: z.string() }),
  z.object({ type: z.literal('segment'), id: z.string() }),
  z.object({
    type: z.literal('date'),
    date_field_type: z.literal('profile-property'),
    date_profile_property: z.string(),
    timedelta_unit_before_date: z.enum(['days', 'weeks', 'months']),
    timedelta_value_before_date: z.int(),
    recurrence_frequency: z.enum(['never', 'weekly', 'monthly', 'annually']),
    timezone: z.string(),
    trigger_time: z.string(),
    trigger_days: z.array(z.enum(WEEKDAYS)).nullable(),
  }),
  z.object({
    type: z.literal('price-drop'),
    trigger_filter: priceDropTriggerFilter.nullable(),
    price_drop_amount_value: z.number(),
    price_drop_amount_unit: z.enum(['currency', 'percent']),
    audience: z.array(z.enum(['checkout-started', 'viewed'])),
    timeframe_days: z.int(),
    currency_type: z.literal('usd'),
  }),
  z.object({
    type: z.literal('low-inventory'),
    product_level: z.enum(['product', 'variant']),
    trigger_filter: lowInventoryTriggerFilter.nullable(),
    inventory_count: z.int(),
    audience: z.array(z.enum(['added-to-cart', 'checkout-started', 'viewed'])),
    timeframe_days: z.int(),
  }),
]);

const shownDefinition = z.object({
  triggers: z.array(shownTrigger),
  profile_filter: filter,
  actions: z.array(shownActionDefinition),
  entry_action_id: z.string().nullable(),
  reentry_criteria: z.object({ duration: z.int(), unit: z.enum(REENTRY_UNITS) }).nullable(),
});

/** Klaviyo has one word for lists and segments. */
export const TRIGGER_TYPE_WORDS = [...new Set(Object.values(TRIGGER_TYPE_NAMES))];

export const flowAttributes = z.object({
  name: z.string(),
  status: z.enum(FLOW_STATUSES),
  archived: z.boolean(),
  created: time,
  updated: time,
  trigger_type: z.enum(TRIGGER_TYPE_WORDS),
  definition: shownDefinition.optional(),
});
export const FLOW_FIELDS = ['name', 'status', 'archived', 'created', 'updated', 'trigger_type', 'definition'];

/** A flow; with its definition where that is given. */
export function flowResource(flow: FlowView, definition?: z.infer<typeof shownDefinition>): Resource {
  const attributes: z.infer<typeof flowAttributes> = {
    name: flow.name,
    status: flow.status,
    archived: false,
    created: flow.createdAt,
    updated: flow.updatedAt,
    trigger_type: TRIGGER_TYPE_NAMES[flow.trigger.type],
    ...(definition === undefined ? {} : { definition }),
  };
  return {
    type: 'flow',
    id: flow.flowId,
    attributes,
    path: `/api/flows/${flow.flowId}`,
    relationships: { 'flow-actions': { linked: true } },
  };
}

export function flowDefinition(
  { trigger, rules, entryActionId }: FlowView,
  actions: readonly ActionView[],
): z.infer<typeof shownDefinition> {
  return {
    triggers: [triggerShown(trigger)],
    profile_filter: shownOrNull(rules.profileFilter),
    actions: actions.map(actionDefinition),
    entry_action_id: entryActionId,
    reentry_criteria: rules.reentry ?? null,
  };
}

const shownOrNull = <Wire extends Parameters<typeof filterOf>[0]>(given: Filter | undefined): Wire | null =>
  given === undefined ? null : shownFilter<Wire>(given);

function triggerShown(trigger: FlowTrigger): z.infer<typeof shownTrigger> {
  switch (trigger.type) {
    case 'metric':
      return { type: trigger.type, id: trigger.id, trigger_filter: shownOrNull(trigger.filter) };
    case 'list':
    case 'segment':
      return { type: trigger.type, id: trigger.id };
    case 'date':
      return {
        type: trigger.type,
        date_field_type: 'profile-property',
        date_profile_property: trigger.property,
        timedelta_unit_before_date: trigger.before.unit,
        timedelta_value_before_date: trigger.before.value,
        recurrence_frequency: trigger.recurrence,
        timezone: trigger.timezone,
        trigger_time: trigger.time,
        trigger_days: trigger.weekdays === undefined ? null : [...trigger.weekdays],
      };
    case 'price-drop':
      return {
        type: trigger.type,
        trigger_filter: shownOrNull(trigger.filter),
        price_drop_amount_value: trigger.amount,
        price_drop_amount_unit: trigger.unit,
        audience: [...trigger.audience],
        timeframe_days: trigger.timeframeDays,
        currency_type: trigger.currency,
      };
    case 'low-inventory':
      return {
        type: trigger.type,
        product_level: trigger.level,
        trigger_filter: shownOrNull(trigger.filter),
        inventory_count: trigger.count,
        audience: [...trigger.audience],
        timeframe_days: trigger.timeframeDays,
      };
  }
}

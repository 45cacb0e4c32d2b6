import type { Filter } from '../filter/filter.js';

/** What starts a flow. Source: Klaviyo's triggers of a flow definition. */
export type FlowTrigger = MetricTrigger | AudienceTrigger | DateTrigger | PriceDropTrigger | LowInventoryTrigger;
/** The kind of thing that starts a flow. */
export type FlowTriggerType = FlowTrigger['type'];

export const FLOW_TRIGGER_TYPES = [
  'metric',
  'list',
  'segment',
  'date',
  'price-drop',
  'low-inventory',
] as const satisfies readonly FlowTriggerType[];

/** An event of a metric. */
export interface MetricTrigger {
  type: 'metric';
  id: string;
  filter?: Filter;
}

/** A list or a segment that a profile joins. */
export interface AudienceTrigger {
  type: 'list' | 'segment';
  id: string;
}

/** A date in a property of the profile, or some time before it. */
export interface DateTrigger {
  type: 'date';
  /** The name of the property. */
  property: string;
  before: { unit: 'days' | 'weeks' | 'months'; value: number };
  recurrence: 'never' | 'weekly' | 'monthly' | 'annually';
  /** An IANA time zone, or `profile`: the profile's own. */
  timezone: string;
  /** HH:MM:SS in that time zone. */
  time: string;
  /** On these days alone; on any where none are given. */
  weekdays?: readonly Weekday[];
}

/** The price of something that the profile showed interest in drops. */
export interface PriceDropTrigger {
  type: 'price-drop';
  filter?: Filter;
  /** By how much at least. */
  amount: number;
  unit: 'currency' | 'percent';
  currency: 'usd';
  /** Who: those who did one of these in the last `timeframeDays` days. */
  audience: readonly ('checkout-started' | 'viewed')[];
  timeframeDays: number;
}

/** The stock of something that the profile showed interest in comes down to a count. */
export interface LowInventoryTrigger {
  type: 'low-inventory';
  filter?: Filter;
  /** Whether the stock of each variant counts, or that of the product: the sum of its variants. */
  level: 'product' | 'variant';
  /** At or below which. */
  count: number;
  audience: readonly ('added-to-cart' | 'checkout-started' | 'viewed')[];
  timeframeDays: number;
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

import type { Decider, DomainEvent } from '../kernel/decider.js';
import type { JsonObject } from '../kernel/json.js';
import { uuidV5 } from '../kernel/uuid-v5.js';

/** Something that happened to a profile and may start flows: an event of a metric, a list joined, … */
export const triggerStream = (triggerId: string): string => `trigger-${triggerId}`;

export const TRIGGER_KINDS = ['metric', 'list', 'segment', 'date', 'price-drop', 'low-inventory'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** The same event twice is one trigger: its id comes from what makes it that event and nothing else. */
export const triggerIdOf = (kind: TriggerKind, name: string, profileId: string, uniqueId: string): string =>
  uuidV5('trigger', kind, name, profileId, uniqueId);

/** Kinds whose bodies may use event variables. Source: Klaviyo's table of triggers and variables. */
export const hasEventVariables = (kind: TriggerKind): boolean =>
  kind === 'metric' || kind === 'price-drop' || kind === 'low-inventory';

// Events. Names and fields are the storage format.

export type TriggerEvent = DomainEvent<'TriggerReceived', TriggerData>;

export interface TriggerData {
  kind: TriggerKind;
  /** The metric's, list's or segment's name, for people; `sourceId` is what a flow's trigger refers to. */
  name: string;
  sourceId: string;
  profileId: string;
  properties: JsonObject;
  /** ISO 8601, UTC: when it happened, by the caller's word. */
  occurredAt: string;
  uniqueId: string;
  /** Recorded for the history alone; starts no flow. */
  backfill: boolean;
}

// State: received or not. A trigger never changes.

export type TriggerState = { received: boolean };
const initialState: TriggerState = { received: false };
const evolve = (_state: TriggerState, _event: TriggerEvent): TriggerState => ({ received: true });

// Decisions

export type TriggerCommand = { type: 'ReceiveTrigger' } & TriggerData;

/** The first time is recorded; every repetition is the same trigger and adds nothing. */
function decide({ type: _, ...data }: TriggerCommand, state: TriggerState): TriggerEvent[] {
  return state.received ? [] : [{ type: 'TriggerReceived', data }];
}

export const trigger: Decider<TriggerCommand, TriggerEvent, TriggerState> = {
  initialState,
  evolve,
  decide,
  isTerminal: ({ received }) => received,
};

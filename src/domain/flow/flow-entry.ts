import type { Decider, DomainEvent } from '../kernel/decider.js';
import { uuidV5 } from '../kernel/uuid-v5.js';
import type { ReentryCriteria } from './flow.js';

/** When one profile entered one flow, where the flow has re-entry criteria. */
export const flowEntryStream = (flowId: string, profileId: string): string =>
  `flow-entry-${uuidV5('flow-entry', flowId, profileId)}`;

/** Storage format. */
export type FlowEntryEvent = DomainEvent<
  'FlowEntered',
  { flowId: string; profileId: string; triggerId: string /** ISO 8601, UTC. */; enteredAt: string }
>;

export interface FlowEntryState {
  triggerId: string;
  /** Epoch milliseconds; undefined before the first time. */
  enteredAt: number | undefined;
}

export type FlowEntryCommand = {
  type: 'EnterFlow';
  flowId: string;
  profileId: string;
  triggerId: string;
  /** ISO 8601, UTC. */
  at: string;
  criteria: ReentryCriteria;
};

/** No event where the profile entered too short a time ago: the state names the trigger that it last entered by. */
export const flowEntry: Decider<FlowEntryCommand, FlowEntryEvent, FlowEntryState> = {
  initialState: { triggerId: '', enteredAt: undefined },
  evolve: (_state, { data }) => ({ triggerId: data.triggerId, enteredAt: Date.parse(data.enteredAt) }),
  decide({ flowId, profileId, triggerId, at, criteria }, { enteredAt, triggerId: last }) {
    if (last === triggerId) return [];
    if (enteredAt !== undefined && !mayEnterAgain(criteria, enteredAt, Date.parse(at))) return [];
    return [{ type: 'FlowEntered', data: { flowId, profileId, triggerId, enteredAt: at } }];
  },
};

/** Source: Klaviyo's API: of the unit `alltime`, a duration of 1 means never again, one of 0 that it may at any time. */
function mayEnterAgain({ duration, unit }: ReentryCriteria, enteredAt: number, at: number): boolean {
  if (unit === 'alltime') return duration === 0;
  const entered = Temporal.Instant.fromEpochMilliseconds(enteredAt).toZonedDateTimeISO('UTC');
  return at >= entered.add({ [`${unit}s`]: duration }).epochMilliseconds;
}

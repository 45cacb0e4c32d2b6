import type { Decider, DomainEvent } from '../kernel/decider.js';

/** How far the days of a flow that dates start are worked through, so that each is once, whenever the engine stops. */
export const dateScheduleStream = (flowId: string): string => `date-schedule-${flowId}`;

/** Storage format. All profiles that were due until then have started the flow. */
export type DateScheduleEvent = DomainEvent<'DateScheduleAdvanced', { /** ISO 8601, UTC. */ until: string }>;

export type DateScheduleState = { until: number | undefined };
export type DateScheduleCommand = { type: 'AdvanceDateSchedule'; until: string };

export const dateSchedule: Decider<DateScheduleCommand, DateScheduleEvent, DateScheduleState> = {
  initialState: { until: undefined },
  evolve: (_state, { data }) => ({ until: Date.parse(data.until) }),
  decide: ({ until }, state) =>
    state.until !== undefined && Date.parse(until) <= state.until
      ? []
      : [{ type: 'DateScheduleAdvanced', data: { until } }],
};

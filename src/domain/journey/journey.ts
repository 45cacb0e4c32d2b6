import type { Decider, DomainEvent } from '../kernel/decider.js';
import { uuidV5 } from '../kernel/uuid-v5.js';

/** A profile's way through a flow that has it wait, begun by one trigger. */
export const journeyStream = (journeyId: string): string => `journey-${journeyId}`;

export const journeyIdOf = (flowId: string, triggerId: string): string => uuidV5('journey', flowId, triggerId);

// Events. Names and fields are the storage format.

export type JourneyEvent =
  /** It came to a time delay. */
  | DomainEvent<'JourneyWaiting', WaitingJourney>
  /** The delay is over; what followed at once was requested together with this. */
  | DomainEvent<'JourneyResumed', { flowId: string; actionId: string }>
  | DomainEvent<'JourneyEnded', { flowId: string; reason: JourneyEnd }>;

export interface WaitingJourney {
  flowId: string;
  triggerId: string;
  profileId: string;
  /** The time delay. */
  actionId: string;
  /** What followed it then, for when the delay is taken out of the flow meanwhile. */
  next: string | null;
  /** ISO 8601, UTC. */
  dueAt: string;
}

/** Why it went no further: it came to its end, the flow was deleted, the flow's filter did not match any more, … */
export type JourneyEnd = 'completed' | 'flow_deleted' | 'filtered_out' | 'profile_forgotten';

// State

export interface JourneyState {
  status: 'none' | 'waiting' | 'resumed' | 'ended';
  waiting: WaitingJourney | undefined;
}

const initialState: JourneyState = { status: 'none', waiting: undefined };

function evolve(state: JourneyState, event: JourneyEvent): JourneyState {
  switch (event.type) {
    case 'JourneyWaiting':
      return { status: 'waiting', waiting: event.data };
    case 'JourneyResumed':
      return { ...state, status: 'resumed' };
    case 'JourneyEnded':
      return { status: 'ended', waiting: undefined };
  }
}

// Decisions

export type JourneyCommand =
  | ({ type: 'WaitInJourney' } & WaitingJourney)
  | { type: 'ResumeJourney' }
  | { type: 'EndJourney'; reason: JourneyEnd };

/** Each step is taken once: whoever comes later with the same one adds nothing. */
function decide(command: JourneyCommand, state: JourneyState): JourneyEvent[] {
  switch (command.type) {
    case 'WaitInJourney': {
      if (state.status === 'waiting' || state.status === 'ended') return [];
      const { type: _, ...data } = command;
      return [{ type: 'JourneyWaiting', data }];
    }
    case 'ResumeJourney': {
      if (state.status !== 'waiting' || state.waiting === undefined) return [];
      const { flowId, actionId } = state.waiting;
      return [{ type: 'JourneyResumed', data: { flowId, actionId } }];
    }
    case 'EndJourney': {
      const { waiting } = state;
      if (waiting === undefined) return [];
      return [{ type: 'JourneyEnded', data: { flowId: waiting.flowId, reason: command.reason } }];
    }
  }
}

export const journey: Decider<JourneyCommand, JourneyEvent, JourneyState> = {
  initialState,
  evolve,
  decide,
  isTerminal: ({ status }) => status === 'ended',
};

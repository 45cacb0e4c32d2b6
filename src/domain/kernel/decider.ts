/** What happened: a past-tense name and plain JSON data. Names and fields are the storage format: add, never change. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
}

/**
 * An aggregate as three pure functions. `decide` turns a command into events or throws a {@link RuleViolation};
 * `evolve` folds an event into the state. Neither reads a clock, a random source or anything outside its arguments.
 */
export interface Decider<Command, Event extends DomainEvent, State> {
  readonly initialState: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): Event[];
  /** Whether nothing more is expected of it, so that nobody has to remember it. False unless given. */
  isTerminal?(state: State): boolean;
}

/** The state after `events`, starting from `state` (the decider's initial state unless given). */
export function fold<Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
  events: readonly Event[],
  state: State = decider.initialState,
): State {
  for (const event of events) state = decider.evolve(state, event);
  return state;
}

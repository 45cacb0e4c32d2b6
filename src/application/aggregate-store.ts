import type { Decider, DomainEvent } from '../domain/kernel/decider.js';
import { RuleViolation } from '../domain/kernel/rule-violation.js';
import type { CommandContext } from './command-context.js';
import type { Clock } from './ports/clock.js';
import {
  BEFORE_ALL,
  ConcurrencyConflict,
  type EventStore,
  type NewEvent,
  type Position,
  type StreamAppend,
} from './ports/event-store.js';
import type { Ids } from './ports/ids.js';
import { type CachedState, StateCache } from './state-cache.js';

/** How often a piece of work is decided anew because somebody else was quicker, before the conflict is passed on. */
const MAX_TRIES = 10;

/** What came of a piece of work: the position of its last event, or {@link BEFORE_ALL} where nothing had to be recorded. */
export interface Recorded<Result> {
  result: Result;
  position: Position;
}

/** Load, decide, append: runs commands against aggregates with optimistic concurrency. */
export class AggregateStore {
  readonly #cache = new StateCache();

  constructor(
    private readonly eventStore: EventStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The state as of now. */
  async load<State extends object, Event extends DomainEvent>(
    decider: Decider<never, Event, State>,
    stream: string,
  ): Promise<State> {
    return (await this.refresh(decider, stream)).state as State;
  }

  /**
   * Runs one command against one stream.
   * @throws RuleViolation where it is refused, ConcurrencyConflict where others were quicker {@link MAX_TRIES} times
   */
  async execute<Command, Event extends DomainEvent, State extends object>(
    decider: Decider<Command, Event, State>,
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<Recorded<State>> {
    return this.transact(context, (work) => work.decide(decider, stream, command));
  }

  /**
   * Runs `decideAll`, then appends everything that it decided, over all streams, at once; again from the start where
   * somebody else appended to one of the streams meanwhile. `decideAll` must have no other effect.
   */
  async transact<Result>(
    context: CommandContext,
    decideAll: (work: UnitOfWork) => Promise<Result>,
  ): Promise<Recorded<Result>> {
    for (let attempt = 1; ; attempt++) {
      const work = new UnitOfWork(this, context, this.ids, new Date(this.clock.now()).toISOString(), attempt === 1);
      const result = await decideAll(work);
      const appends = work.appends();
      if (appends.length === 0) return { result, position: BEFORE_ALL };
      try {
        const appended = await this.eventStore.appendMany(appends);
        this.remember(work);
        return { result, position: appended.at(-1)?.position ?? BEFORE_ALL };
      } catch (error) {
        for (const { stream } of appends) this.#cache.forget(stream);
        if (!(error instanceof ConcurrencyConflict) || attempt >= MAX_TRIES) throw error;
      }
    }
  }

  /** The states after what was appended, without the events themselves: the next piece of work begins with none. */
  private remember(work: UnitOfWork): void {
    for (const [stream, { events, state, revision, lastEventId, correlationId }] of work.staged) {
      if (events.length > 0) this.#cache.set(stream, { state, revision, lastEventId, correlationId });
    }
  }

  /** Drops what is remembered of a stream that nothing more is expected of. */
  forget(stream: string): void {
    this.#cache.forget(stream);
  }

  /** What is remembered of the stream; may be behind. */
  remembered(stream: string): CachedState | undefined {
    return this.#cache.get(stream);
  }

  /** What is remembered of the stream, brought up to date from the store. */
  async refresh<State extends object, Event extends DomainEvent>(
    decider: Decider<never, Event, State>,
    stream: string,
  ): Promise<CachedState> {
    const known = this.#cache.get(stream);
    const events = await this.eventStore.readStream(stream, { from: (known?.revision ?? -1) + 1 });
    const last = events.at(-1);
    if (last === undefined) {
      return known ?? { state: decider.initialState, revision: -1, lastEventId: undefined, correlationId: undefined };
    }
    let state = (known?.state ?? decider.initialState) as State;
    // The stream's name decides which aggregate's events it holds, so these are of the decider's type.
    for (const event of events) state = decider.evolve(state, event as DomainEvent as Event);
    const current = {
      state,
      revision: last.revision,
      lastEventId: last.id,
      correlationId: last.metadata.correlationId,
    };
    this.#cache.set(stream, current);
    return current;
  }
}

interface Staged extends CachedState {
  expectedRevision: number;
  events: NewEvent[];
}

/** The decisions of one piece of work, to be appended together. */
export class UnitOfWork {
  readonly staged = new Map<string, Staged>();

  constructor(
    private readonly store: AggregateStore,
    private readonly context: CommandContext,
    private readonly ids: Ids,
    /** ISO 8601, UTC: the time of everything in this piece of work. */
    readonly time: string,
    private readonly optimistic: boolean,
  ) {}

  /** The state, with what this piece of work decided so far. */
  async load<State extends object, Event extends DomainEvent>(
    decider: Decider<never, Event, State>,
    stream: string,
  ): Promise<State> {
    return (this.staged.get(stream) ?? (await this.store.refresh(decider, stream))).state as State;
  }

  /**
   * Decides a command and keeps its events for the append.
   * @returns the state after them
   */
  async decide<Command, Event extends DomainEvent, State extends object>(
    decider: Decider<Command, Event, State>,
    stream: string,
    command: Command,
    causationId?: string,
  ): Promise<State> {
    const staged = this.staged.get(stream);
    if (staged !== undefined)
      return this.stage(decider, stream, staged, decider.decide(command, staged.state as State), causationId);
    const remembered = this.store.remembered(stream);
    if (remembered !== undefined) {
      // An append that succeeds proves that the remembered state was right; a refusal or "nothing to do" proves nothing.
      const events = decideOrUndefined(decider, command, remembered.state as State);
      if (events !== undefined && events.length > 0)
        return this.stage(decider, stream, remembered, events, causationId);
    }
    const current = await this.store.refresh(decider, stream);
    return this.stage(decider, stream, current, decider.decide(command, current.state as State), causationId);
  }

  /**
   * Decides a command for a stream that is most likely new: the first try doesn't look, since the append would refuse.
   * @returns the state after it
   */
  async decideNew<Command, Event extends DomainEvent, State extends object>(
    decider: Decider<Command, Event, State>,
    stream: string,
    command: Command,
    causationId?: string,
  ): Promise<State> {
    if (!this.optimistic || this.staged.has(stream)) return this.decide(decider, stream, command, causationId);
    const nothing = { state: decider.initialState, revision: -1, lastEventId: undefined, correlationId: undefined };
    return this.stage(decider, stream, nothing, decider.decide(command, decider.initialState), causationId);
  }

  /** The id of the last event decided for the stream in this piece of work. */
  lastEventId(stream: string): string | undefined {
    return this.staged.get(stream)?.events.at(-1)?.id;
  }

  appends(): StreamAppend[] {
    const appends: StreamAppend[] = [];
    for (const [stream, { events, expectedRevision }] of this.staged) {
      if (events.length === 0) continue;
      appends.push({ stream, expectedRevision: expectedRevision === -1 ? 'no-stream' : expectedRevision, events });
    }
    return appends;
  }

  private stage<Event extends DomainEvent, State extends object>(
    decider: Decider<never, Event, State>,
    stream: string,
    from: CachedState | Staged,
    decided: readonly Event[],
    causationId: string | undefined,
  ): State {
    const staged: Staged = {
      ...from,
      expectedRevision: 'expectedRevision' in from ? from.expectedRevision : from.revision,
      events: 'events' in from ? from.events : [],
    };
    let state = from.state as State;
    for (const { type, data } of decided) {
      const event = { id: this.ids.next(), type, data, metadata: this.metadata(causationId) };
      staged.events.push(event);
      state = decider.evolve(state, { type, data } as Event);
      staged.lastEventId = event.id;
      staged.correlationId = this.context.correlationId;
      staged.revision++;
    }
    staged.state = state;
    this.staged.set(stream, staged);
    return state;
  }

  private metadata(causationId: string | undefined): NewEvent['metadata'] {
    const { actor, correlationId } = this.context;
    return {
      correlationId,
      causationId: causationId ?? this.context.causationId,
      actor,
      time: this.time,
      schemaVersion: 1,
    };
  }
}

function decideOrUndefined<Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
  command: Command,
  state: State,
): Event[] | undefined {
  try {
    return decider.decide(command, state);
  } catch (error) {
    if (error instanceof RuleViolation) return undefined;
    throw error;
  }
}

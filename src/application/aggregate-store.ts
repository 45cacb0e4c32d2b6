import type { Decider, DomainEvent } from '../domain/kernel/decider.js';
import type { Json } from '../domain/kernel/json.js';
import { RuleViolation } from '../domain/kernel/rule-violation.js';
import { keyUsed, recordedResult, request as requestDecider, requestStream } from '../domain/request/request.js';
import type { CommandContext } from './command-context.js';
import type { Clock } from './ports/clock.js';
import {
  type AppendResult,
  BEFORE_ALL,
  ConcurrencyConflict,
  type EventStore,
  type NewEvent,
  type Position,
  type StreamAppend,
} from './ports/event-store.js';
import type { Ids } from './ports/ids.js';
import { type Measurements, UNMEASURED } from './ports/measurements.js';
import { newestVersion, type Upcasts } from './ports/upcaster.js';
import { type CachedState, StateCache } from './state-cache.js';
import { Turns } from './turns.js';
import { UPCASTS } from './upcasts.js';

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
  readonly #turns = new Turns();

  constructor(
    private readonly eventStore: EventStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
    readonly upcasts: Upcasts = UPCASTS,
    private readonly measurements: Measurements = UNMEASURED,
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
    let state: State | undefined;
    // A state is not for a request's record: it may hold what is personal, and it can be loaded again.
    const { position } = await this.transact(context, async (work) => {
      state = await work.decide(decider, stream, command);
    });
    return { result: state ?? (await this.load(decider, stream)), position };
  }

  /**
   * Runs `decideAll`, then appends everything that it decided, over all streams, at once. Whatever it loaded has to be as it
   * was by then, or all is decided anew; so `decideAll` must have no other effect.
   *
   * In the context of a request with an Idempotency-Key, the request's own stream is appended with the rest, last, so that its
   * revision is what makes it once: whoever comes with the same request gets what came of it, from the stream. What comes of
   * `decideAll` has to be JSON then.
   * @throws RuleViolation idempotency_key_reused, idempotency_key_used
   */
  async transact<Result>(
    context: CommandContext,
    decideAll: (work: UnitOfWork) => Promise<Result>,
  ): Promise<Recorded<Result>> {
    // A repetition in this process waits for the first one; one in another process meets it at the request's stream.
    let endTurn = context.request === undefined ? () => {} : await this.#turns.take(requestStream(context.request.id));
    try {
      for (let attempt = 1; ; attempt++) {
        // The first try decides on what is remembered, without a look: the append proves that it was right, or refuses.
        const recorded = await this.attempt(context, decideAll, attempt === 1);
        if (!(recorded instanceof ConcurrencyConflict)) return recorded;
        if (attempt >= MAX_TRIES) throw recorded;
        // All who met on this stream would meet again and again; one after another, each gets through.
        endTurn();
        endTurn = await this.#turns.take(recorded.stream);
      }
    } finally {
      endTurn();
    }
  }

  /**
   * Runs a command that is several pieces of work. The request's stream says first which request it is and last what came of
   * it; in between, each piece has to be done once by itself ({@link partOf}, or ids that follow from what happened), since
   * whoever sends the request again after a crash completes it.
   */
  async inParts<Result>(context: CommandContext, run: () => Promise<Recorded<Result>>): Promise<Recorded<Result>> {
    const { request, ...plain } = context;
    if (request === undefined) return run();
    const { fingerprint } = request;
    const stream = requestStream(request.id);
    const endTurn = await this.#turns.take(`parts-of-${stream}`);
    try {
      const begun = await this.execute(requestDecider, stream, { type: 'BeginRequest', fingerprint }, plain);
      const repeated = recordedResult(begun.result, fingerprint);
      if (repeated !== undefined) return { result: repeated.result as Result, position: BEFORE_ALL };
      const recorded = await run();
      const complete = { type: 'CompleteRequest', fingerprint, result: jsonOf(recorded.result) } as const;
      const completed = await this.execute(requestDecider, stream, complete, plain);
      // Another process may have completed it first; then its word stands.
      return { result: completed.result.result as Result, position: Math.max(recorded.position, completed.position) };
    } finally {
      endTurn();
    }
  }

  /** @returns the conflict, where somebody else was quicker */
  private async attempt<Result>(
    context: CommandContext,
    decideAll: (work: UnitOfWork) => Promise<Result>,
    fromMemory: boolean,
  ): Promise<Recorded<Result> | ConcurrencyConflict> {
    const time = new Date(this.clock.now()).toISOString();
    const work = new UnitOfWork(this, context, this.ids, time, fromMemory);
    let result: Result;
    try {
      const repeated = context.request && (await work.repeated());
      if (repeated !== undefined) return { result: repeated.result as Result, position: BEFORE_ALL };
      result = await decideAll(work);
      if (context.request !== undefined) await work.completeRequest(result);
    } catch (error) {
      if (error instanceof RuleViolation && work.unproven) return this.attempt(context, decideAll, false);
      throw error;
    }
    const appends = work.appends(this.eventStore.atomic);
    if (appends.every(({ events }) => events.length === 0)) {
      return work.unproven ? this.attempt(context, decideAll, false) : { result, position: BEFORE_ALL };
    }
    const began = performance.now();
    try {
      const appended = await this.eventStore.appendMany(appends);
      this.remember(work);
      let position = BEFORE_ALL;
      for (const [index, { events }] of appends.entries()) {
        if (events.length > 0) position = Math.max(position, (appended[index] as AppendResult).position);
      }
      return { result, position };
    } catch (error) {
      for (const { stream } of appends) this.#cache.forget(stream);
      if (error instanceof ConcurrencyConflict) return error;
      throw error;
    } finally {
      this.measurements.appended(performance.now() - began);
    }
  }

  /** The states after what was appended, without the events themselves: the next piece of work begins with none. */
  private remember(work: UnitOfWork): void {
    for (const [stream, { events, terminal, state, revision, lastEventId, correlationId }] of work.staged) {
      if (terminal) this.#cache.forget(stream);
      else if (events.length > 0) this.#cache.set(stream, { state, revision, lastEventId, correlationId });
    }
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
  /** Whether nothing more is expected of it after these events. */
  terminal: boolean;
}

/** The decisions of one piece of work, to be appended together. */
export class UnitOfWork {
  readonly staged = new Map<string, Staged>();
  readonly #last: string[] = [];
  #unproven = false;

  constructor(
    private readonly store: AggregateStore,
    private readonly context: CommandContext,
    private readonly ids: Ids,
    /** ISO 8601, UTC: the time of everything in this piece of work. */
    readonly time: string,
    /** Whether what is remembered will do; otherwise each stream is read. */
    private readonly fromMemory: boolean,
  ) {}

  /** Whether anything was decided on a state that only an append can prove. */
  get unproven(): boolean {
    return this.#unproven;
  }

  /** The state, with what this piece of work decided so far. */
  async load<State extends object, Event extends DomainEvent>(
    decider: Decider<never, Event, State>,
    stream: string,
  ): Promise<State> {
    return (await this.stagedOf(decider, stream)).state as State;
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
    const staged = await this.stagedOf(decider, stream);
    if (this.isWrittenAlready(staged)) return staged.state as State;
    return this.add(decider, staged, decider.decide(command, staged.state as State), causationId);
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
    if (this.fromMemory && !this.staged.has(stream)) {
      this.#unproven = true;
      this.stage(stream, {
        state: decider.initialState,
        revision: -1,
        lastEventId: undefined,
        correlationId: undefined,
      });
    }
    return this.decide(decider, stream, command, causationId);
  }

  /** What came of the request of the context, where it was carried out before. */
  async repeated(): Promise<{ result: Json } | undefined> {
    const { request } = this.context;
    if (request === undefined) return undefined;
    return recordedResult(await this.load(requestDecider, requestStream(request.id)), request.fingerprint);
  }

  /** Says in the request's stream that it was carried out, and what came of it unless that is shown once. */
  async completeRequest(result: unknown): Promise<void> {
    const { request } = this.context;
    if (request === undefined) return;
    const { fingerprint, shownOnce } = request;
    const stream = requestStream(request.id);
    const command = { type: 'CompleteRequest', fingerprint, ...(shownOnce ? {} : { result: jsonOf(result) }) } as const;
    await this.decide(requestDecider, stream, command);
    this.writeLast(stream);
  }

  /** The id of the last event decided for the stream in this piece of work. */
  lastEventId(stream: string): string | undefined {
    return this.staged.get(stream)?.events.at(-1)?.id;
  }

  /**
   * Where the event store can't write to several streams at once, has this one written after all others; of several such, after
   * those before it. For what says that the work is done: it is missing when the writing stops in between, and whoever tries
   * again completes the rest.
   */
  writeLast(stream: string): void {
    this.#last.push(stream);
  }

  /** What was decided and, without events, the revisions of what it was decided on: the append asks for those too. */
  appends(atomic: boolean): StreamAppend[] {
    // All at once, the order is for those who read: causes come before what follows from them.
    for (const stream of atomic ? [] : this.#last) {
      const staged = this.staged.get(stream);
      if (staged === undefined) continue;
      this.staged.delete(stream);
      this.staged.set(stream, staged);
    }
    return Array.from(this.staged, ([stream, { events, expectedRevision }]) => ({
      stream,
      expectedRevision: expectedRevision === -1 ? 'no-stream' : expectedRevision,
      events,
    }));
  }

  /**
   * Where the event store can't write to several streams at once, a request that stopped in between has written some. Each
   * stream's part of it was written whole, so what ends with this request's events is done. A secret among them is lost.
   */
  private isWrittenAlready({ events, correlationId }: Staged): boolean {
    const { request } = this.context;
    if (request === undefined || events.length > 0 || correlationId !== this.context.correlationId) return false;
    if (request.shownOnce) throw keyUsed();
    return true;
  }

  private async stagedOf<State extends object, Event extends DomainEvent>(
    decider: Decider<never, Event, State>,
    stream: string,
  ): Promise<Staged> {
    const staged = this.staged.get(stream);
    if (staged !== undefined) return staged;
    const remembered = this.fromMemory ? this.store.remembered(stream) : undefined;
    if (remembered !== undefined) this.#unproven = true;
    return this.stage(stream, remembered ?? (await this.store.refresh(decider, stream)));
  }

  private stage(stream: string, { state, revision, lastEventId, correlationId }: CachedState): Staged {
    const staged = {
      state,
      revision,
      lastEventId,
      correlationId,
      expectedRevision: revision,
      events: [],
      terminal: false,
    };
    this.staged.set(stream, staged);
    return staged;
  }

  private add<Event extends DomainEvent, State extends object>(
    decider: Decider<never, Event, State>,
    staged: Staged,
    decided: readonly Event[],
    causationId: string | undefined,
  ): State {
    for (const { type, data } of decided) {
      const event = { id: this.ids.next(), type, data, metadata: this.metadata(type, causationId) };
      staged.events.push(event);
      staged.state = decider.evolve(staged.state as State, { type, data } as Event);
      staged.lastEventId = event.id;
      staged.correlationId = this.context.correlationId;
      staged.revision++;
    }
    staged.terminal = decider.isTerminal?.(staged.state as State) ?? false;
    return staged.state as State;
  }

  private metadata(type: string, causationId: string | undefined): NewEvent['metadata'] {
    const { actor, correlationId } = this.context;
    return {
      correlationId,
      causationId: causationId ?? this.context.causationId,
      actor,
      time: this.time,
      schemaVersion: newestVersion(this.store.upcasts, type),
    };
  }
}

/** Nothing is null, so that it can be told from a result that was not recorded. */
const jsonOf = (result: unknown): Json => (result === undefined ? null : result) as Json;

import type { JsonObject } from '../../domain/kernel/json.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { metric, metricIdOf, metricStream } from '../../domain/metric/metric.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import { identifiersOf } from '../../domain/profile/profile-identifier.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import { type CommandContext, newId } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import { BEFORE_ALL } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import type { Segments } from '../process-managers/segment-membership.js';
import type { StartedTrigger, TriggerProcess } from '../process-managers/trigger-deliveries.js';
import { type ProfileReference, type ResolvedProfile, resolveProfile } from './resolve-profile.js';

/** An event of a metric, as a caller reports it. */
export interface ReportedEvent {
  metricName: string;
  profile: ProfileReference;
  properties: JsonObject;
  /** ISO 8601; now unless given. */
  time?: string;
  /** Stands in the properties as `$value`. */
  value?: number;
  valueCurrency?: string;
  /** The same one for the same profile and metric counts once; the time's second stands in where it isn't given. */
  uniqueId?: string;
  /** Recorded, but starts no flow. */
  backfill?: boolean;
}

/** What became of one event of many. */
export type EventOutcome = { status: 'recorded' | 'repeated' } | { status: 'refused' | 'failed'; error: unknown };

/** What domain services report: events, and metrics that events will come of. */
export class EventCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly triggers: TriggerProcess,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly segments: Segments,
  ) {}

  /**
   * Records the event, what is new about its profile, and one delivery for each live action that it starts; all of it is
   * durable once this resolves.
   * @throws RuleViolation with a pointer below the event's attributes
   */
  async receive(event: ReportedEvent, context: CommandContext): Promise<Recorded<StartedTrigger>> {
    const identified = withRequestAsId(event, context, '');
    return this.aggregates.transact(context, (work) => this.start(work, identified, context));
  }

  /**
   * Records many events, each by itself and side by side, but for those that may change the same profile: they come one
   * after the other, so that they don't get in each other's way and the last word stands. Profiles that are named by their
   * ids are looked up before the first event is recorded, so that a refusal of one records nothing.
   * @returns what became of each, in the order given; refusals have pointers below the event's attributes
   * @throws RuleViolation profile_unknown, with a pointer that begins with the event's index: `/3/profile/data/id`; then
   * nothing was recorded. EventsUnfinished where any was refused or failed: the others are recorded
   */
  async receiveAll(
    events: readonly ReportedEvent[],
    context: CommandContext,
  ): Promise<Recorded<readonly EventOutcome[]>> {
    const recorded = await this.aggregates.inParts(context, async () => {
      const outcomes = await this.receiveEach(events, context);
      if (outcomes.some((outcome) => 'error' in outcome)) throw new EventsUnfinished(outcomes);
      // Which were repeated is all that the answer can't be made of again.
      const repeated = outcomes.flatMap(({ status }, index) => (status === 'repeated' ? [index] : []));
      return { result: { repeated }, position: BEFORE_ALL };
    });
    const repeated = new Set(recorded.result.repeated);
    const result = events.map((_, index) => ({ status: repeated.has(index) ? 'repeated' : 'recorded' }) as const);
    return { result, position: recorded.position };
  }

  private async receiveEach(events: readonly ReportedEvent[], context: CommandContext): Promise<EventOutcome[]> {
    const named = new Map<string, number>();
    for (const [index, { profile: reference }] of events.entries()) {
      if (reference.id !== undefined && !named.has(reference.id)) named.set(reference.id, index);
    }
    await Promise.all(
      Array.from(named, async ([id, index]) => {
        const { status } = await this.aggregates.load(profile, profileStream(id));
        if (status === 'known') return;
        throw new RuleViolation(
          'profile_unknown',
          `There is no profile with the id '${id}'.`,
          `/${index}/profile/data/id`,
        );
      }),
    );
    const outcomes = new Array<EventOutcome>(events.length);
    // Each is done once by its own ids; the request's stream is that of all of them.
    const { request: _, ...plain } = context;
    const receiveAt = async (index: number): Promise<void> => {
      const event = withRequestAsId(events[index] as ReportedEvent, context, `-${index}`);
      try {
        const { result } = await this.aggregates.transact(plain, (work) => this.start(work, event, plain));
        outcomes[index] = { status: result.repeated ? 'repeated' : 'recorded' };
      } catch (error) {
        outcomes[index] = { status: error instanceof RuleViolation ? 'refused' : 'failed', error };
      }
    };
    await Promise.all(
      runsByProfile(events).map(async (runs) => {
        for (const [first, ...others] of runs) {
          // The first one brings what is new about the profile; the others find it so.
          await receiveAt(first);
          await Promise.all(others.map(receiveAt));
        }
      }),
    );
    return outcomes;
  }

  /** Makes a metric known before its first event. */
  async createMetric(name: string, context: CommandContext): Promise<Recorded<{ metricId: string; created: boolean }>> {
    const metricId = metricIdOf(name);
    return this.aggregates.transact(context, async (work) => {
      await work.decide(metric, metricStream(metricId), { type: 'CreateMetric', name });
      return { metricId, created: work.lastEventId(metricStream(metricId)) !== undefined };
    });
  }

  private async start(work: UnitOfWork, event: ReportedEvent, context: CommandContext): Promise<StartedTrigger> {
    const metricId = metricIdOf(event.metricName);
    const known = this.aggregates.remembered(metricStream(metricId)) !== undefined;
    if (!known) await work.decide(metric, metricStream(metricId), { type: 'CreateMetric', name: event.metricName });
    const { profileId, state } = await this.resolve(work, event.profile, context);
    const occurredAt = new Date(event.time ?? this.clock.now()).toISOString();
    const data = {
      kind: 'metric',
      name: event.metricName,
      sourceId: metricId,
      profileId,
      properties: withValue(event),
      occurredAt,
      uniqueId: event.uniqueId ?? occurredAt.slice(0, 19),
      backfill: event.backfill ?? false,
    } as const;
    return this.triggers.start(work, data, state);
  }

  private async resolve(
    work: UnitOfWork,
    reference: ProfileReference,
    context: CommandContext,
  ): Promise<ResolvedProfile> {
    try {
      return await resolveProfile(work, reference, () => newId(context, this.ids, 'profile'), this.segments);
    } catch (error) {
      throw error instanceof RuleViolation ? error.within('/profile/data') : error;
    }
  }
}

/** Not all of many events could be recorded; `outcomes` says what became of each. */
export class EventsUnfinished extends Error {
  override readonly name = 'EventsUnfinished';

  constructor(readonly outcomes: readonly EventOutcome[]) {
    super('Not all of the events could be recorded.');
  }
}

/** Without a unique id and a time nothing says which event it is, so that the request with a key that brings it does. */
function withRequestAsId(event: ReportedEvent, { request }: CommandContext, suffix: string): ReportedEvent {
  if (request === undefined || event.uniqueId !== undefined || event.time !== undefined) return event;
  return { ...event, uniqueId: `${request.id}${suffix}` };
}

/**
 * The events' indices by whom they name, and of each those together that follow each other with the very same reference.
 * One profile under two different identifiers is two here: that is only slower.
 */
function runsByProfile(events: readonly ReportedEvent[]): [first: number, ...others: number[]][][] {
  const byProfile = new Map<string, [first: number, ...others: number[]][]>();
  for (const [index, { profile: reference }] of events.entries()) {
    const [identifier] = identifiersOf(reference.attributes);
    const whom = reference.id ?? `${identifier?.kind}:${identifier?.value.toLowerCase()}`;
    const runs = byProfile.get(whom) ?? [];
    byProfile.set(whom, runs);
    const run = runs.at(-1);
    if (run !== undefined && events[run[0]]?.profile === reference) run.push(index);
    else runs.push([index]);
  }
  return [...byProfile.values()];
}

/** Klaviyo's names for an event's value among its properties. */
function withValue({ properties, value, valueCurrency }: ReportedEvent): JsonObject {
  if (value === undefined && valueCurrency === undefined) return properties;
  return {
    ...properties,
    ...(value === undefined ? {} : { $value: value }),
    ...(valueCurrency === undefined ? {} : { $currency_code: valueCurrency }),
  };
}

import { audience, audienceStream } from '../../domain/audience/audience.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import type { AggregateStore } from '../aggregate-store.js';
import { type CommandContext, engineActor } from '../command-context.js';
import type { Checkpoints } from '../ports/checkpoints.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { KnownProfiles } from '../ports/known-profiles.js';
import type { ReadModels } from '../ports/read-models.js';
import type { ProcessManager } from './process-manager.js';
import type { Segments } from './segment-membership.js';

const ACTOR = engineActor('segment-population');
const SEGMENT = 'segment-';
const PROFILE = 'profile-';

/** Profiles that are looked at side by side. */
const PAGE = 100;

/** By when every process has heard of a new segment; milliseconds after its creation. */
const HEARD_OF_BY = 60_000;

/** What may make a difference to a definition. */
const CHANGES: ReadonlySet<string> = new Set([
  'ProfileCreated',
  'ProfileChanged',
  'ProfileJoinedList',
  'ProfileLeftList',
  'ProfileJoinedSegment',
  'ProfileLeftSegment',
]);

/**
 * A new segment with a definition gets its members from the profiles that are there: each is looked at, in the order of creation.
 * How far that is stands in a checkpoint, so that whoever takes over goes on there; looking at a profile again does no harm.
 * From then on profiles join and leave as they change.
 *
 * Another process may change a profile before it has heard of the segment, and after the profile was looked at. So those that
 * change in the first minute of a segment are looked at once more.
 */
export class SegmentPopulation implements ProcessManager {
  /** Epoch milliseconds. */
  #youngUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly membership: Segments,
    private readonly profiles: KnownProfiles,
    private readonly readModels: ReadModels,
    private readonly checkpoints: Checkpoints,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    let reacted = false;
    for (const event of events) {
      if (event.type === 'SegmentCreated') reacted = (await this.populate(event)) || reacted;
      else if (this.mayHaveBeenMissed(event)) await this.look(event.stream.slice(PROFILE.length), contextOf(event));
    }
    return reacted;
  }

  private async populate(event: RecordedEvent): Promise<boolean> {
    const segmentId = event.stream.slice(SEGMENT.length);
    const stream = audienceStream('segment', segmentId);
    const { definition, populated } = await this.aggregates.load(audience, stream);
    if (definition === undefined) return false;
    this.#youngUntil = Date.parse(event.metadata.time) + HEARD_OF_BY;
    if (populated) return false;
    // By then the definition is known here, and so is everybody who was there when the segment was made.
    await this.readModels.caughtUpTo(event.position);
    const checkpoint = `population-of-${segmentId}`;
    let after = await this.checkpoints.load(checkpoint);
    for (;;) {
      const page = await this.profiles.createdAfter(after, PAGE);
      await Promise.all(page.map(({ profileId }) => this.look(profileId, contextOf(event))));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.position;
      await this.checkpoints.save(checkpoint, after);
    }
    await this.aggregates.execute(audience, stream, { type: 'FinishPopulating' }, contextOf(event));
    return true;
  }

  private mayHaveBeenMissed({ type, metadata }: RecordedEvent): boolean {
    return CHANGES.has(type) && Date.parse(metadata.time) <= this.#youngUntil && metadata.actor.id !== ACTOR.id;
  }

  private async look(profileId: string, context: CommandContext): Promise<void> {
    await this.aggregates.transact(context, async (work) => {
      const state = await work.load(profile, profileStream(profileId));
      await this.membership.follow(work, profileId, state);
    });
  }
}

const contextOf = ({ id, metadata }: RecordedEvent): CommandContext => ({
  actor: ACTOR,
  correlationId: metadata.correlationId,
  causationId: id,
});

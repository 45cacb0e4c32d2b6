import { type AudienceKind, audience, audienceStream } from '../../domain/audience/audience.js';
import { checkFilter } from '../../domain/filter/check-filter.js';
import type { Filter } from '../../domain/filter/filter.js';
import { locate, RuleViolation } from '../../domain/kernel/rule-violation.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import { type CommandContext, newId, partOf } from '../command-context.js';
import { BEFORE_ALL, type Position } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import type { Segments } from '../process-managers/segment-membership.js';
import type { StartedTrigger, TriggerProcess } from '../process-managers/trigger-deliveries.js';
import { checkGroups } from './check-groups.js';
import { joinAudience } from './join-audience.js';

/** Lists and segments, and who is in them. */
export class AudienceCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly triggers: TriggerProcess,
    private readonly ids: Ids,
    private readonly segments: Segments,
  ) {}

  /**
   * @param definition of a segment whose members follow from conditions
   * @throws RuleViolation filter_invalid, audience_unknown (pointers below `/definition`)
   */
  async create(
    kind: AudienceKind,
    name: string,
    context: CommandContext,
    definition?: Filter,
  ): Promise<Recorded<{ audienceId: string }>> {
    const audienceId = newId(context, this.ids, 'audience');
    const command = { type: 'CreateAudience', kind, name, ...(definition && { definition }) } as const;
    if (definition !== undefined) await this.checkDefinition(definition);
    return this.aggregates.transact(context, async (work) => {
      await work.decide(audience, audienceStream(kind, audienceId), command);
      return { audienceId };
    });
  }

  /**
   * Adds profiles; each that wasn't a member starts the flows of this list or segment. All profiles are checked before
   * the first is added; those that are members already are passed over.
   * @throws RuleViolation audience_unknown, segment_defined, profile_unknown (pointer: `/<index>/id`)
   */
  async addProfiles(
    kind: AudienceKind,
    audienceId: string,
    profileIds: readonly string[],
    context: CommandContext,
  ): Promise<Recorded<readonly StartedTrigger[]>> {
    return this.aggregates.inParts(context, async () => {
      const { name } = await this.settable(kind, audienceId);
      await this.checkProfiles(profileIds);
      const added = await Promise.all(
        [...new Set(profileIds)].map((profileId) =>
          this.aggregates.transact(partOf(context, profileId), async (work) => {
            const before = await work.load(profile, profileStream(profileId));
            if (before.memberships[audienceId]?.member) return undefined;
            const joining = { kind, audienceId, name };
            const { state, started } = await joinAudience(work, this.triggers, profileId, joining);
            await this.segments.follow(work, profileId, state);
            return started;
          }),
        ),
      );
      return { result: added.flatMap(({ result }) => result ?? []), position: latest(added) };
    });
  }

  /** Removes profiles; starts nothing. @throws RuleViolation audience_unknown, segment_defined, profile_unknown */
  async removeProfiles(
    kind: AudienceKind,
    audienceId: string,
    profileIds: readonly string[],
    context: CommandContext,
  ): Promise<Recorded<void>> {
    await this.settable(kind, audienceId);
    await this.checkProfiles(profileIds);
    const removed = await Promise.all(
      [...new Set(profileIds)].map((profileId) =>
        this.aggregates.transact(context, async (work) => {
          const leave = { type: 'LeaveAudience', kind, audienceId } as const;
          const before = await work.load(profile, profileStream(profileId));
          const after = await work.decide(profile, profileStream(profileId), leave);
          if (after !== before) await this.segments.follow(work, profileId, after);
        }),
      ),
    );
    return { result: undefined, position: latest(removed) };
  }

  /** One whose members a caller sets. */
  private async settable(kind: AudienceKind, audienceId: string): Promise<{ name: string }> {
    const state = await this.aggregates.load(audience, audienceStream(kind, audienceId));
    if (state.kind === undefined) {
      throw new RuleViolation('audience_unknown', `There is no ${kind} with the id '${audienceId}'.`);
    }
    if (state.definition !== undefined) {
      throw new RuleViolation(
        'segment_defined',
        'The members of this segment follow from its definition; change the profiles instead.',
      );
    }
    return state;
  }

  /** It may ask about lists and segments that are there. */
  private async checkDefinition(definition: Filter): Promise<void> {
    locate('/definition', () => checkFilter(definition));
    await checkGroups(this.aggregates, definition, '/definition');
  }

  private async checkProfiles(profileIds: readonly string[]): Promise<void> {
    const states = await Promise.all(profileIds.map((id) => this.aggregates.load(profile, profileStream(id))));
    const unknown = states.findIndex(({ status }) => status !== 'known');
    if (unknown !== -1) {
      const id = profileIds[unknown];
      throw new RuleViolation('profile_unknown', `There is no profile with the id '${id}'.`, `/${unknown}/id`);
    }
  }
}

const latest = (recorded: readonly { position: Position }[]): Position =>
  recorded.reduce((newest, { position }) => Math.max(newest, position), BEFORE_ALL);

import { type AudienceKind, audience, audienceStream } from '../../domain/audience/audience.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import { type CommandContext, newId, partOf } from '../command-context.js';
import { BEFORE_ALL, type Position } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import type { StartedTrigger, TriggerProcess } from '../process-managers/trigger-deliveries.js';

/** Lists and segments, and who is in them. */
export class AudienceCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly triggers: TriggerProcess,
    private readonly ids: Ids,
  ) {}

  async create(kind: AudienceKind, name: string, context: CommandContext): Promise<Recorded<{ audienceId: string }>> {
    const audienceId = newId(context, this.ids, 'audience');
    const command = { type: 'CreateAudience', kind, name } as const;
    return this.aggregates.transact(context, async (work) => {
      await work.decide(audience, audienceStream(kind, audienceId), command);
      return { audienceId };
    });
  }

  /**
   * Adds profiles; each that wasn't a member starts the flows of this list or segment. All profiles are checked before
   * the first is added; those that are members already are passed over.
   * @throws RuleViolation audience_unknown, profile_unknown (pointer: `/<index>/id`)
   */
  async addProfiles(
    kind: AudienceKind,
    audienceId: string,
    profileIds: readonly string[],
    context: CommandContext,
  ): Promise<Recorded<readonly StartedTrigger[]>> {
    return this.aggregates.inParts(context, async () => {
      const { name } = await this.known(kind, audienceId);
      await this.checkProfiles(profileIds);
      const added = await Promise.all(
        [...new Set(profileIds)].map((profileId) =>
          this.aggregates.transact(partOf(context, profileId), async (work) => {
            const before = await work.load(profile, profileStream(profileId));
            if (before.memberships[audienceId]?.member) return undefined;
            const join = { type: 'JoinAudience', kind, audienceId } as const;
            const joined = await work.decide(profile, profileStream(profileId), join);
            const data = {
              kind,
              name,
              sourceId: audienceId,
              profileId,
              properties: {},
              occurredAt: work.time,
              // Leaving and joining again is another trigger; the same joining reported twice is not.
              uniqueId: `joined-${joined.memberships[audienceId]?.joins}`,
              backfill: false,
            };
            const started = await this.triggers.start(work, data, joined);
            // A member is passed over, so the joining says that its trigger stands.
            work.writeLast(profileStream(profileId));
            return started;
          }),
        ),
      );
      return { result: added.flatMap(({ result }) => result ?? []), position: latest(added) };
    });
  }

  /** Removes profiles; starts nothing. @throws RuleViolation audience_unknown, profile_unknown */
  async removeProfiles(
    kind: AudienceKind,
    audienceId: string,
    profileIds: readonly string[],
    context: CommandContext,
  ): Promise<Recorded<void>> {
    await this.known(kind, audienceId);
    await this.checkProfiles(profileIds);
    const removed = await Promise.all(
      [...new Set(profileIds)].map((profileId) =>
        this.aggregates.execute(
          profile,
          profileStream(profileId),
          { type: 'LeaveAudience', kind, audienceId },
          context,
        ),
      ),
    );
    return { result: undefined, position: latest(removed) };
  }

  private async known(kind: AudienceKind, audienceId: string): Promise<{ name: string }> {
    const state = await this.aggregates.load(audience, audienceStream(kind, audienceId));
    if (state.kind === undefined) {
      throw new RuleViolation('audience_unknown', `There is no ${kind} with the id '${audienceId}'.`);
    }
    return state;
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

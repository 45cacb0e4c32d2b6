import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { type ProfileAttributes, profile, profileStream } from '../../domain/profile/profile.js';
import { identifiersOf, profileIdentifier, profileIdentifierStream } from '../../domain/profile/profile-identifier.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import { type CommandContext, newId } from '../command-context.js';
import type { Ids } from '../ports/ids.js';
import type { Vault } from '../ports/vault.js';
import type { Segments } from '../process-managers/segment-membership.js';
import { changeProfile, createProfile, holderOf, type ProfileReference, resolveProfile } from './resolve-profile.js';

export class ProfileCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly ids: Ids,
    private readonly vault: Vault,
    private readonly segments: Segments,
  ) {}

  /** @throws RuleViolation identifier_taken (a duplicate), profile_identifier_missing */
  async create(attributes: ProfileAttributes, context: CommandContext): Promise<Recorded<{ profileId: string }>> {
    if (identifiersOf(attributes).length === 0) {
      throw new RuleViolation(
        'profile_identifier_missing',
        'A profile needs an email, phone_number or external_id; give at least one.',
        '/attributes',
      );
    }
    return this.aggregates.transact(context, async (work) => {
      const made = newId(context, this.ids, 'profile');
      let profileId = made;
      for (const identifier of identifiersOf(attributes)) {
        const holder = await holderOf(work, identifier);
        if (holder === undefined) continue;
        const { status } = await work.load(profile, profileStream(holder));
        // One of the same id was made by this very request, which stopped before it said so.
        if (status !== 'none' && holder !== made) throw new DuplicateProfile(identifier.kind, holder);
        // Whoever claimed it stopped before the profile was made.
        profileId = holder;
      }
      await createProfile(work, profileId, attributes, this.segments);
      return { profileId };
    });
  }

  /** Creates the profile, or takes in what is new about it. */
  async createOrUpdate(
    reference: ProfileReference,
    context: CommandContext,
  ): Promise<Recorded<{ profileId: string; created: boolean }>> {
    return this.aggregates.transact(context, async (work) => {
      const created = () => newId(context, this.ids, 'profile');
      const resolved = await resolveProfile(work, reference, created, this.segments);
      return { profileId: resolved.profileId, created: resolved.created };
    });
  }

  /** @throws RuleViolation profile_unknown, identifier_taken */
  async update(
    profileId: string,
    attributes: ProfileAttributes,
    removedProperties: readonly string[],
    context: CommandContext,
  ): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const before = await work.load(profile, profileStream(profileId));
      if (before.status !== 'known') {
        throw new RuleViolation('profile_unknown', `There is no profile with the id '${profileId}'.`, '/id');
      }
      for (const identifier of identifiersOf(attributes)) {
        const holder = await holderOf(work, identifier);
        if (holder !== undefined && holder !== profileId) throw new DuplicateProfile(identifier.kind, holder);
      }
      await changeProfile(work, profileId, before, attributes, removedProperties, this.segments);
    });
  }

  /**
   * Forgets a profile, for ever: its identifiers become free, its key is destroyed, and what was sealed by it can't be read
   * any more, in histories, read models and back-ups of them alike. What waits to be sent of it is skipped by the engine.
   * @throws RuleViolation profile_unknown
   */
  async forget(reference: ProfileReference, context: CommandContext): Promise<Recorded<{ profileId: string }>> {
    const recorded = await this.aggregates.transact(context, async (work) => {
      const profileId = await this.named(work, reference);
      const { attributes } = await work.load(profile, profileStream(profileId));
      for (const { kind, value } of identifiersOf(attributes)) {
        const release = { type: 'ReleaseIdentifier', kind, profileId } as const;
        await work.decide(profileIdentifier, profileIdentifierStream(kind, value), release);
      }
      await work.decide(profile, profileStream(profileId), { type: 'ForgetProfile' });
      work.writeLast(profileStream(profileId));
      return { profileId };
    });
    await this.vault.forget(recorded.result.profileId);
    return recorded;
  }

  /** The profile of that id, or of that identifier. @throws RuleViolation profile_unknown, profile_identifier_missing */
  private async named(work: UnitOfWork, { id, attributes }: ProfileReference): Promise<string> {
    if (id !== undefined) {
      const { status } = await work.load(profile, profileStream(id));
      if (status !== 'none') return id;
      throw new RuleViolation('profile_unknown', `There is no profile with the id '${id}'.`, '/id');
    }
    const identifiers = identifiersOf(attributes);
    for (const identifier of identifiers) {
      const holder = await holderOf(work, identifier);
      if (holder !== undefined) return holder;
    }
    const [first] = identifiers;
    if (first === undefined) {
      throw new RuleViolation(
        'profile_identifier_missing',
        'A profile is named by its id, email, phone_number or external_id; give one.',
        '/attributes',
      );
    }
    throw new RuleViolation(
      'profile_unknown',
      `There is no profile with this ${first.kind}.`,
      `/attributes/${first.kind}`,
    );
  }
}

/** Another profile holds one of the identifiers. */
export class DuplicateProfile extends RuleViolation {
  constructor(
    kind: string,
    readonly profileId: string,
  ) {
    super('duplicate_profile', `A profile already exists with this ${kind}.`, `/attributes/${kind}`);
  }
}

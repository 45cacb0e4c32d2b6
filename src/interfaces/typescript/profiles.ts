import type { ProfileCommands } from '../../application/commands/profiles.js';
import type { ProfileReference } from '../../application/commands/resolve-profile.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import type { Page } from '../../projections/page.js';
import type { ProfileFilter, ProfileQueries, ProfileView } from '../../projections/profiles/profile-queries.js';
import { checkedAttributes, checkedChange, checkedReference } from './checked-input.js';
import type { CommandOptions, Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** Who events are about. Attributes have Klaviyo's names (`first_name`), since templates read them by those. */
export interface Profiles {
  /** Makes a new profile. @throws {@link DuplicateProfile}, RuleViolation `profile_identifier_missing`, `input_invalid` */
  create(attributes: ProfileAttributes, options?: RepeatableOptions): Promise<Durable & { profileId: string }>;
  /** Creates the profile, or takes in what is new about it. @throws RuleViolation `profile_unknown`, `input_invalid` */
  createOrUpdate(
    reference: ProfileReference,
    options?: RepeatableOptions,
  ): Promise<Durable & { profileId: string; created: boolean }>;
  /**
   * Changes attributes; what is left out stays, and properties merge key by key.
   * @param options `removedProperties`: names of properties to take away
   * @throws {@link DuplicateProfile}, RuleViolation `profile_unknown`, `input_invalid`
   */
  update(
    profileId: string,
    attributes: ProfileAttributes,
    options?: CommandOptions & { removedProperties?: readonly string[] },
  ): Promise<Durable>;
  /**
   * Forgets a profile for ever: its key is destroyed, so that nobody can read what was recorded of it, in back-ups neither.
   * @throws RuleViolation `profile_unknown`, `profile_identifier_missing`
   */
  forget(reference: ProfileReference, options?: RepeatableOptions): Promise<Durable & { profileId: string }>;

  /** Undefined where it was forgotten or never was. */
  get(profileId: string): Promise<ProfileView | undefined>;
  /** Newest first. @throws InvalidCursor */
  list(filter?: ProfileFilter & Paging): Promise<Page<ProfileView>>;
}

export const profilesOf = (commands: ProfileCommands, queries: ProfileQueries, contexts: Contexts): Profiles => ({
  async create(attributes, options = {}) {
    const checked = checkedAttributes(attributes);
    const context = await contexts.of(options, ['profiles.create', checked]);
    const { result, position } = await commands.create(checked, context);
    return { ...result, position };
  },
  async createOrUpdate(reference, options = {}) {
    const checked = checkedReference(reference);
    const context = await contexts.of(options, ['profiles.createOrUpdate', checked]);
    const { result, position } = await commands.createOrUpdate(checked, context);
    return { ...result, position };
  },
  async update(profileId, attributes, { removedProperties = [], ...options } = {}) {
    const changed = checkedChange(attributes);
    const context = await contexts.of(options, ['profiles.update', profileId, changed, removedProperties]);
    const { position } = await commands.update(profileId, changed, removedProperties, context);
    return { position };
  },
  async forget(reference, options = {}) {
    const checked = checkedReference(reference);
    const context = await contexts.of(options, ['profiles.forget', checked]);
    const { result, position } = await commands.forget(checked, context);
    return { ...result, position };
  },
  get: (profileId) => queries.profile(profileId),
  list: ({ size, cursor, ...filter } = {}) => queries.profiles(pageRequest({ size, cursor }), filter),
});

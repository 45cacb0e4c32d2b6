import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { type ProfileAttributes, type ProfileState, profile, profileStream } from '../../domain/profile/profile.js';
import {
  identifiersOf,
  PROFILE_IDENTIFIERS,
  type ProfileIdentifier,
  profileIdentifier,
  profileIdentifierStream,
} from '../../domain/profile/profile-identifier.js';
import type { UnitOfWork } from '../aggregate-store.js';
import type { Segments } from '../process-managers/segment-membership.js';

/** A profile as a caller names it: by its id, or by any of its identifiers; other attributes are news about it. */
export interface ProfileReference {
  id?: string;
  attributes: ProfileAttributes;
}

export interface ResolvedProfile {
  profileId: string;
  state: ProfileState;
  created: boolean;
}

/**
 * Finds the profile that is meant, makes it where there is none, and takes in what is new about it. The identifier that
 * decides is the first known one, in the order external id, e-mail, phone number (Klaviyo's order of precedence).
 * An identifier that belongs to another profile is left to that one.
 *
 * @throws RuleViolation profile_unknown, profile_identifier_missing; pointers are below the profile's `data`
 */
export async function resolveProfile(
  work: UnitOfWork,
  reference: ProfileReference,
  newId: () => string,
  segments: Segments,
): Promise<ResolvedProfile> {
  const identifiers = identifiersOf(reference.attributes);
  const holders = await Promise.all(identifiers.map((identifier) => holderOf(work, identifier)));
  const profileId = reference.id ?? holders.find((holder) => holder !== undefined);
  if (profileId === undefined && identifiers.length === 0) {
    throw new RuleViolation(
      'profile_identifier_missing',
      `A profile is known by its id, ${PROFILE_IDENTIFIERS.join(', ')}; give at least one.`,
      '/attributes',
    );
  }
  const attributes: Record<string, unknown> = { ...reference.attributes };
  for (const [index, { kind }] of identifiers.entries()) {
    const holder = holders[index];
    if (holder !== undefined && holder !== profileId) delete attributes[kind];
  }
  if (profileId === undefined) {
    const created = newId();
    return {
      profileId: created,
      state: await createProfile(work, created, reference.attributes, segments),
      created: true,
    };
  }
  const known = await work.load(profile, profileStream(profileId));
  if (known.status === 'none' && reference.id === undefined) {
    // Its identifier was claimed, and whoever did so stopped before it was made.
    const state = await createProfile(work, profileId, attributes as ProfileAttributes, segments);
    return { profileId, state, created: true };
  }
  if (known.status !== 'known') {
    throw new RuleViolation('profile_unknown', `There is no profile with the id '${profileId}'.`, '/id');
  }
  const state = await changeProfile(work, profileId, known, attributes as ProfileAttributes, [], segments);
  return { profileId, state, created: false };
}

/**
 * Makes a profile and claims its identifiers, which say where it is, before it is there.
 * @returns its state, with the segments that it joined
 * @throws RuleViolation identifier_taken
 */
export async function createProfile(
  work: UnitOfWork,
  profileId: string,
  attributes: ProfileAttributes,
  segments: Segments,
): Promise<ProfileState> {
  const made = await work.decideNew(profile, profileStream(profileId), { type: 'CreateProfile', attributes });
  for (const identifier of identifiersOf(attributes)) await claim(work, identifier, profileId);
  const state = await segments.follow(work, profileId, made);
  work.writeLast(profileStream(profileId));
  return state;
}

/** Takes in changed attributes; a changed identifier is claimed, the old one becomes free, and segments follow. */
export async function changeProfile(
  work: UnitOfWork,
  profileId: string,
  before: ProfileState,
  attributes: ProfileAttributes,
  removedProperties: readonly string[],
  segments: Segments,
): Promise<ProfileState> {
  const command = { type: 'ChangeProfile', attributes, removedProperties } as const;
  const after = await work.decide(profile, profileStream(profileId), command);
  for (const kind of PROFILE_IDENTIFIERS) {
    const [old, present] = [before.attributes[kind], after.attributes[kind]];
    if (old === present) continue;
    if (present) await claim(work, { kind, value: present }, profileId);
    if (old && profileIdentifierStream(kind, old) !== profileIdentifierStream(kind, present ?? '')) {
      const release = { type: 'ReleaseIdentifier', kind, profileId } as const;
      await work.decide(profileIdentifier, profileIdentifierStream(kind, old), release);
    }
  }
  return after === before ? after : segments.follow(work, profileId, after);
}

/** The profile that holds the identifier. */
export async function holderOf(work: UnitOfWork, { kind, value }: ProfileIdentifier): Promise<string | undefined> {
  return (await work.load(profileIdentifier, profileIdentifierStream(kind, value))).profileId;
}

async function claim(work: UnitOfWork, { kind, value }: ProfileIdentifier, profileId: string): Promise<void> {
  const stream = profileIdentifierStream(kind, value);
  await work.decide(profileIdentifier, stream, { type: 'ClaimIdentifier', kind, profileId });
}

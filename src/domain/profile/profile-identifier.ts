import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { uuidV5 } from '../kernel/uuid-v5.js';
import type { ProfileAttributes } from './profile.js';

/**
 * Who holds an e-mail address, a phone number or an external id: a stream of its own for each, appended together with
 * the profile's events. Its expected revision is what makes an identifier belong to one profile, on any event store.
 */
export const profileIdentifierStream = (kind: ProfileIdentifierKind, value: string): string =>
  `profile-identifier-${uuidV5('profile-identifier', kind, kind === 'email' ? value.toLowerCase() : value)}`;

/** In the order in which they decide which profile is meant. */
export const PROFILE_IDENTIFIERS = ['external_id', 'email', 'phone_number'] as const;
export type ProfileIdentifierKind = (typeof PROFILE_IDENTIFIERS)[number];

export interface ProfileIdentifier {
  kind: ProfileIdentifierKind;
  value: string;
}

/** The identifiers that the attributes hold. */
export function identifiersOf(attributes: ProfileAttributes): ProfileIdentifier[] {
  const found: ProfileIdentifier[] = [];
  for (const kind of PROFILE_IDENTIFIERS) {
    const value = attributes[kind];
    if (typeof value === 'string' && value !== '') found.push({ kind, value });
  }
  return found;
}

/** Storage format. */
export type ProfileIdentifierEvent =
  | DomainEvent<'ProfileIdentifierClaimed', { kind: ProfileIdentifierKind; profileId: string }>
  | DomainEvent<'ProfileIdentifierReleased', { kind: ProfileIdentifierKind; profileId: string }>;
export type ProfileIdentifierState = { profileId: string | undefined };
export type ProfileIdentifierCommand = {
  type: 'ClaimIdentifier' | 'ReleaseIdentifier';
  kind: ProfileIdentifierKind;
  profileId: string;
};

export const profileIdentifier: Decider<ProfileIdentifierCommand, ProfileIdentifierEvent, ProfileIdentifierState> = {
  initialState: { profileId: undefined },
  evolve: (_state, { type, data }) => ({
    profileId: type === 'ProfileIdentifierClaimed' ? data.profileId : undefined,
  }),
  decide({ type, kind, profileId }, state) {
    if (type === 'ReleaseIdentifier') {
      return state.profileId === profileId ? [{ type: 'ProfileIdentifierReleased', data: { kind, profileId } }] : [];
    }
    if (state.profileId === profileId) return [];
    if (state.profileId !== undefined) {
      throw new RuleViolation('identifier_taken', `Another profile has this ${kind.replace('_', ' ')}.`, `/${kind}`);
    }
    return [{ type: 'ProfileIdentifierClaimed', data: { kind, profileId } }];
  },
};

import type { ProfileBoxes, Vault } from '../../application/ports/vault.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import type { ProfileIdentifierKind } from '../../domain/profile/profile-identifier.js';

/** What a profile is found by: an e-mail address in any case. */
export const identifierHash = (kind: ProfileIdentifierKind, value: string, vault: Vault): string =>
  vault.keyedHash('profile', kind, kind === 'email' ? value.toLowerCase() : value);

/** None where the profile is forgotten and its row not gone yet. */
export const openedAttributes = (profileId: string, sealed: string, boxes: ProfileBoxes): ProfileAttributes =>
  JSON.parse(boxes.open(profileId, sealed) ?? '{}') as ProfileAttributes;

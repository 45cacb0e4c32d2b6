import type { HookledgerEvent } from '../../domain/events.js';
import { FORGOTTEN } from '../../domain/kernel/forgotten.js';
import type { Json } from '../../domain/kernel/json.js';

/** Which fields of an event nobody may read without a key, and whose key that is. */
export type SealedFields = SecretFields | PersonalFields;

/** Under the installation's own keys. */
export interface SecretFields {
  under: 'secrets';
  fields: readonly string[];
}

/** Under the key of one profile, whose destruction makes them unreadable. */
export interface PersonalFields {
  under: 'profile';
  /** The event's field that holds the profile's id; the id is in the stream's name where there is none. */
  profileId?: string;
  /** By field, what is read in its place once the profile is forgotten. A field inside of another is written with a dot. */
  fields: Readonly<Record<string, Json>>;
}

/** Every event with something to seal; all others are stored as they are. */
export const SEALED_FIELDS: Partial<Record<HookledgerEvent['type'], SealedFields>> = {
  WebhookActionConfigured: { under: 'secrets', fields: ['headers'] },
  WebhookActionSigningSecretRotated: { under: 'secrets', fields: ['secret'] },
  UserPasswordSet: { under: 'secrets', fields: ['passwordHash'] },
  UserTwoStepPrepared: { under: 'secrets', fields: ['secret'] },
  UserTwoStepSwitchedOn: { under: 'secrets', fields: ['recoveryCodes'] },
  UserRecoveryCodesRenewed: { under: 'secrets', fields: ['recoveryCodes'] },
  ProfileCreated: { under: 'profile', fields: { attributes: {} } },
  ProfileChanged: { under: 'profile', fields: { attributes: {}, removedProperties: [] } },
  TriggerReceived: { under: 'profile', profileId: 'profileId', fields: { properties: {}, uniqueId: FORGOTTEN } },
  DeliveryRequested: { under: 'profile', profileId: 'profileId', fields: { body: FORGOTTEN } },
  // A receiver may answer with what it was sent, and a template's error may quote what it read.
  DeliverySucceeded: { under: 'profile', profileId: 'profileId', fields: { responseBody: FORGOTTEN } },
  DeliveryAttemptFailed: { under: 'profile', profileId: 'profileId', fields: { 'outcome.responseBody': FORGOTTEN } },
  DeliverySkipped: {
    under: 'profile',
    profileId: 'profileId',
    fields: { 'outcome.responseBody': FORGOTTEN, renderError: FORGOTTEN },
  },
};

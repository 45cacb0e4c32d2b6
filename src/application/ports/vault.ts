import type { NewEvent, RecordedEvent } from './event-store.js';

/**
 * Keeps what nobody may read: seals it before it is stored, and opens it for those who may. Secrets are under the keys of the
 * installation, what belongs to a profile is under a key of that profile alone.
 */
export interface Vault {
  /**
   * The events with their secret fields sealed; makes the keys that there aren't yet, which are durable by then.
   * @throws KeysUnusable
   */
  seal<Event extends NewEvent>(stream: string, events: readonly Event[]): Promise<readonly Event[]>;

  /** The events as they were before they were sealed; what was forgotten reads as such. @throws KeysUnusable */
  open<Event extends RecordedEvent>(events: readonly Event[]): Promise<readonly Event[]>;

  /** The keys of some profiles, at hand. @throws KeysUnusable */
  profiles(profileIds: Iterable<string>): Promise<ProfileBoxes>;

  /** Destroys the profile's key, for ever; what it sealed can't be opened any more, wherever it is. */
  forget(profileId: string): Promise<void>;

  /**
   * The same parts give the same hash, and without the key nobody can try parts out: to find by, and to show that two
   * values are the same. 64 hex digits; stays as it is when keys are rotated.
   */
  keyedHash(...parts: readonly string[]): string;
}

/** What read models keep of profiles, sealed by their own keys. The same text gives the same sealed text. */
export interface ProfileBoxes {
  /** An empty text where the profile is forgotten. */
  seal(profileId: string, text: string): string;
  /** Undefined where the profile is forgotten. */
  open(profileId: string, sealed: string): string | undefined;
}

/** What is sealed can't be opened: keys are missing or damaged. The message says which, and what to do. */
export class KeysUnusable extends Error {
  override readonly name = 'KeysUnusable';
}

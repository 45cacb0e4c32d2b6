import type { ProfileAttributes } from '../../domain/profile/profile.js';

/** The read side that has every profile that was not forgotten. */
export interface AllProfiles {
  /** In pages, in the order in which they were made, as of now or later. */
  all(): AsyncIterable<readonly { profileId: string; attributes: ProfileAttributes }[]>;
}

import type { Position } from './event-store.js';

/** The read side that is walked where something is to be done with every profile. */
export interface KnownProfiles {
  /** The next ones, in the order of their creation. @param position where the last one was created */
  createdAfter(position: Position, size: number): Promise<readonly { profileId: string; position: Position }[]>;
}

import { matches } from '../../domain/filter/match-filter.js';
import { type ProfileState, profile, profileStream } from '../../domain/profile/profile.js';
import type { UnitOfWork } from '../aggregate-store.js';
import { joinAudience } from '../commands/join-audience.js';
import type { SegmentDefinitions } from '../ports/segment-definitions.js';
import type { TriggerProcess } from './trigger-deliveries.js';

/** What goes on when a profile changed. */
export interface Segments {
  /**
   * To be called after every change of a profile or of what it is a member of.
   * @returns the profile's state after it
   */
  follow(work: UnitOfWork, profileId: string, state: ProfileState): Promise<ProfileState>;
}

/** For whoever changes no profile, or has no segments. */
export const NO_SEGMENTS: Segments = { follow: async (_work, _profileId, state) => state };

/**
 * Segments with a definition: a profile that comes to match joins, which starts the flows of the segment, and one that no longer
 * matches leaves. Decided in the piece of work that changes the profile, so that no change is missed and none counts twice.
 */
export class SegmentMembership implements Segments {
  constructor(
    private readonly definitions: SegmentDefinitions,
    private readonly triggers: TriggerProcess,
  ) {}

  async follow(work: UnitOfWork, profileId: string, state: ProfileState): Promise<ProfileState> {
    const segments = this.definitions.all();
    if (segments.length === 0 || state.status !== 'known') return state;
    const now = Date.parse(work.time);
    let present = state;
    // A definition may ask about segments that were there before it, so that one round in the order of creation is enough.
    for (const { segmentId: audienceId, name, definition } of segments) {
      const isIn = present.memberships[audienceId]?.member ?? false;
      if (matches(definition, present, now) === isIn) continue;
      if (isIn) {
        const leave = { type: 'LeaveAudience', kind: 'segment', audienceId } as const;
        present = await work.decide(profile, profileStream(profileId), leave);
      } else {
        const segment = { kind: 'segment', audienceId, name } as const;
        present = (await joinAudience(work, this.triggers, profileId, segment)).state;
      }
    }
    return present;
  }
}

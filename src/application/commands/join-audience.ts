import type { AudienceKind } from '../../domain/audience/audience.js';
import { type ProfileState, profile, profileStream } from '../../domain/profile/profile.js';
import type { UnitOfWork } from '../aggregate-store.js';
import type { StartedTrigger, TriggerProcess } from '../process-managers/trigger-deliveries.js';

/** Makes a profile a member of a list or segment that it is not in, and starts the flows of that. */
export async function joinAudience(
  work: UnitOfWork,
  triggers: TriggerProcess,
  profileId: string,
  { kind, audienceId, name }: { kind: AudienceKind; audienceId: string; name: string },
): Promise<{ state: ProfileState; started: StartedTrigger }> {
  const join = { type: 'JoinAudience', kind, audienceId } as const;
  const state = await work.decide(profile, profileStream(profileId), join);
  const data = {
    kind,
    name,
    sourceId: audienceId,
    profileId,
    properties: {},
    occurredAt: work.time,
    // Leaving and joining again is another trigger; the same joining reported twice is not.
    uniqueId: `joined-${state.memberships[audienceId]?.joins}`,
    backfill: false,
  };
  const started = await triggers.start(work, data, state);
  // A member is passed over, so the joining says that its trigger stands.
  work.writeLast(profileStream(profileId));
  return { state, started };
}

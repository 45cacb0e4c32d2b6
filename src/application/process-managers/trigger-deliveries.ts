import { matches } from '../../domain/filter/match-filter.js';
import { flowEntry, flowEntryStream } from '../../domain/flow/flow-entry.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import type { ProfileState } from '../../domain/profile/profile.js';
import { type TriggerData, trigger, triggerIdOf, triggerStream } from '../../domain/trigger/trigger.js';
import type { UnitOfWork } from '../aggregate-store.js';
import type { LiveFlow, LiveFlows } from '../ports/live-flows.js';
import type { FlowSteps, StartedBy } from './flow-steps.js';

/** What a trigger came to. */
export interface StartedTrigger {
  triggerId: string;
  /** The deliveries requested by this call; none where the trigger was known already. */
  deliveryIds: readonly string[];
  /** It was recorded before; nothing was added. */
  repeated: boolean;
}

/**
 * The trigger process: a trigger takes the profile into each live flow that it is the trigger of, as far as it goes at once.
 * Trigger and deliveries are decided in one piece of work, so they are appended together or not at all; the ids follow
 * from what happened, so the same event twice starts nothing twice.
 */
export class TriggerProcess {
  constructor(
    private readonly liveFlows: Pick<LiveFlows, 'startedBy'>,
    private readonly steps: FlowSteps,
  ) {}

  async start(
    work: UnitOfWork,
    data: TriggerData,
    profile: Pick<ProfileState, 'attributes' | 'memberships'>,
  ): Promise<StartedTrigger> {
    const triggerId = triggerIdOf(data.kind, data.sourceId, data.profileId, data.uniqueId);
    const stream = triggerStream(triggerId);
    await work.decideNew(trigger, stream, { type: 'ReceiveTrigger', ...data });
    const causationId = work.lastEventId(stream);
    if (causationId === undefined) return { triggerId, deliveryIds: [], repeated: true };
    if (data.backfill) return { triggerId, deliveryIds: [], repeated: false };

    const by: StartedBy = { triggerId, trigger: data, profile };
    let variables: JsonObject | undefined;
    const deliveryIds: string[] = [];
    for (const flow of this.liveFlows.startedBy(data.kind, data.sourceId)) {
      if (!takesIn(flow, by, Date.parse(work.time))) continue;
      if (!(await this.enters(work, flow, by, causationId))) continue;
      variables ??= this.steps.variables(by);
      const taken = await this.steps.take(work, flow, flow.entryActionId, by, variables, causationId);
      deliveryIds.push(...taken.deliveryIds);
    }
    // A trigger that stands says that its deliveries do: nobody looks for them again.
    work.writeLast(stream);
    return { triggerId, deliveryIds, repeated: false };
  }

  /** Whether the flow's re-entry criteria let the profile in. */
  private async enters(
    work: UnitOfWork,
    { flowId, reentry }: LiveFlow,
    { triggerId, trigger: { profileId } }: StartedBy,
    causationId: string,
  ): Promise<boolean> {
    if (reentry === undefined) return true;
    const command = { type: 'EnterFlow', flowId, profileId, triggerId, at: work.time, criteria: reentry } as const;
    const entered = await work.decide(flowEntry, flowEntryStream(flowId, profileId), command, causationId);
    return entered.triggerId === triggerId;
  }
}

/** Whether trigger and profile are such as the flow is for. */
function takesIn({ trigger, profileFilter }: LiveFlow, by: StartedBy, now: number): boolean {
  const subject = { ...by.profile, event: by.trigger.properties };
  if ('filter' in trigger && trigger.filter !== undefined && !matches(trigger.filter, subject, now)) return false;
  return profileFilter === undefined || matches(profileFilter, by.profile, now);
}

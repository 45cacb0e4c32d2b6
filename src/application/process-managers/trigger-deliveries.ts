import { delivery, deliveryIdOf, deliveryStream } from '../../domain/delivery/delivery.js';
import type { FlowTriggerType } from '../../domain/flow/flow.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { type TriggerData, trigger, triggerIdOf, triggerStream } from '../../domain/trigger/trigger.js';
import type { UnitOfWork } from '../aggregate-store.js';
import type { LiveAction, LiveActions } from '../ports/live-actions.js';
import { type TemplateEngine, TemplateError } from '../ports/template-engine.js';
import { templateVariables } from '../template-variables.js';

export interface StartedTrigger {
  triggerId: string;
  /** The deliveries requested by this call; none where the trigger was known already. */
  deliveryIds: readonly string[];
  /** It was recorded before; nothing was added. */
  repeated: boolean;
}

/**
 * The trigger process: a trigger starts one delivery for each live action of each live flow that it is the trigger of.
 * Trigger and deliveries are decided in one piece of work, so they are appended together or not at all; the ids follow
 * from what happened, so the same event twice starts nothing twice.
 */
export class TriggerProcess {
  constructor(
    private readonly liveActions: LiveActions,
    private readonly templates: TemplateEngine,
    private readonly organization: string,
  ) {}

  async start(work: UnitOfWork, data: TriggerData, attributes: ProfileAttributes): Promise<StartedTrigger> {
    const triggerId = triggerIdOf(data.kind, data.sourceId, data.profileId, data.uniqueId);
    const stream = triggerStream(triggerId);
    await work.decideNew(trigger, stream, { type: 'ReceiveTrigger', ...data });
    const causationId = work.lastEventId(stream);
    if (causationId === undefined) return { triggerId, deliveryIds: [], repeated: true };
    if (data.backfill) return { triggerId, deliveryIds: [], repeated: false };

    const actions = this.liveActions.startedBy(data.kind as FlowTriggerType, data.sourceId);
    if (actions.length === 0) return { triggerId, deliveryIds: [], repeated: false };
    const variables = templateVariables(data.profileId, attributes, triggerId, data, this.organization);
    const deliveryIds: string[] = [];
    for (const action of actions) {
      const deliveryId = deliveryIdOf(action.actionId, triggerId);
      deliveryIds.push(deliveryId);
      const command = {
        type: 'RequestDelivery',
        actionId: action.actionId,
        flowId: action.flowId,
        triggerId,
        profileId: data.profileId,
        actionRevision: action.revision,
        url: action.url,
        body: this.render(action, variables),
        at: work.time,
      } as const;
      await work.decideNew(delivery, deliveryStream(deliveryId), command, causationId);
    }
    // A trigger that stands says that its deliveries do: nobody looks for them again.
    work.writeLast(stream);
    return { triggerId, deliveryIds, repeated: false };
  }

  private render(action: LiveAction, variables: JsonObject): { rendered: string } | { error: string } {
    try {
      return { rendered: this.templates.render(action.body, variables, 'json') };
    } catch (error) {
      if (error instanceof TemplateError) return { error: error.message };
      throw error;
    }
  }
}

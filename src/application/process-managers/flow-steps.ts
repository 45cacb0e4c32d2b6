import { delivery, deliveryIdOf, deliveryStream } from '../../domain/delivery/delivery.js';
import { matches } from '../../domain/filter/match-filter.js';
import type { FlowNode } from '../../domain/flow/flow-graph.js';
import { dueAt } from '../../domain/flow/time-delay.js';
import { walkFlow } from '../../domain/flow/walk-flow.js';
import { journey, journeyIdOf, journeyStream } from '../../domain/journey/journey.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import type { ProfileState } from '../../domain/profile/profile.js';
import { timeZoneOf } from '../../domain/profile/profile-time-zone.js';
import type { TriggerData } from '../../domain/trigger/trigger.js';
import type { UnitOfWork } from '../aggregate-store.js';
import type { LiveAction } from '../ports/live-flows.js';
import { type TemplateEngine, TemplateError } from '../ports/template-engine.js';
import { templateVariables } from '../template-variables.js';

/** What started a flow, and for whom. */
export interface StartedBy {
  triggerId: string;
  trigger: Pick<TriggerData, 'kind' | 'profileId' | 'properties'>;
  profile: Pick<ProfileState, 'attributes' | 'memberships'>;
}

/** The flow as it is at present. */
export interface FlowToWalk {
  flowId: string;
  nodes: readonly FlowNode[];
  /** Its live webhook actions. */
  actions: ReadonlyMap<string, LiveAction>;
}

/** Takes a profile through a flow, as far as it goes at once. */
export class FlowSteps {
  constructor(
    private readonly templates: TemplateEngine,
    private readonly organization: string,
  ) {}

  /** What a body may read; made once for all flows that a trigger starts. */
  variables({ triggerId, trigger, profile }: StartedBy): JsonObject {
    return templateVariables(trigger.profileId, profile.attributes, triggerId, trigger, this.organization);
  }

  /**
   * Requests a delivery for each live webhook action from `from` on, until a time delay, at which the profile's journey waits.
   * @returns the deliveries' ids, and whether it waits
   */
  async take(
    work: UnitOfWork,
    { flowId, nodes, actions }: FlowToWalk,
    from: string | null,
    by: StartedBy,
    variables: JsonObject,
    causationId: string,
  ): Promise<{ deliveryIds: readonly string[]; waits: boolean }> {
    const { triggerId, trigger, profile } = by;
    const { profileId } = trigger;
    const now = Date.parse(work.time);
    const { webhooks, waitsAt } = walkFlow(
      nodes,
      from,
      ({ filter }) => matches(filter, profile, now),
      (id) => actions.has(id),
    );
    const deliveryIds: string[] = [];
    for (const id of webhooks) {
      const action = actions.get(id);
      if (action === undefined) continue;
      const deliveryId = deliveryIdOf(id, triggerId);
      deliveryIds.push(deliveryId);
      const command = {
        type: 'RequestDelivery',
        actionId: id,
        flowId,
        triggerId,
        profileId,
        actionRevision: action.revision,
        url: action.url,
        body: this.render(action, variables),
        at: work.time,
      } as const;
      await work.decideNew(delivery, deliveryStream(deliveryId), command, causationId);
    }
    if (waitsAt === undefined) return { deliveryIds, waits: false };
    const { id: actionId, next, delay } = waitsAt;
    const due = new Date(dueAt(delay, now, timeZoneOf(profile.attributes))).toISOString();
    const wait = { type: 'WaitInJourney', flowId, triggerId, profileId, actionId, next, dueAt: due } as const;
    await work.decideNew(journey, journeyStream(journeyIdOf(flowId, triggerId)), wait, causationId);
    return { deliveryIds, waits: true };
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

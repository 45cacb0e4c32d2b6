import { delivery, deliveryIdOf, deliveryStream } from '../../domain/delivery/delivery.js';
import {
  actionMessage,
  deliveryMessage,
  type FeedMessage,
  feedTypeOf,
  type ToldEvent,
} from '../../domain/feed/feed-message.js';
import { isWithin } from '../../domain/feed/feed-scope.js';
import { isOfFeed, webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore, UnitOfWork } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { FeedSubscriptions, LiveSubscription } from '../ports/feed-subscriptions.js';
import type { ReadModels } from '../ports/read-models.js';
import type { ProcessManager } from './process-manager.js';

const ACTOR = engineActor('feed-process-manager');
const ACTION = 'webhook-action-';
const DELIVERY = 'delivery-';

type Told = RecordedEvent & ToldEvent;

/**
 * The outbound feed: what subscribers are told becomes a delivery to each, by the same engine as everything else. A delivery's
 * id follows from subscription and event, so that what is read again tells nobody twice.
 */
export class FeedProcess implements ProcessManager {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly subscriptions: FeedSubscriptions,
    private readonly readModels: ReadModels,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    const told = events.filter(isTold);
    const last = told.at(-1);
    if (last === undefined) return false;
    // Whoever subscribed before is known to the read side by then.
    await this.readModels.caughtUpTo(last.position, ['feed']);
    const live = await this.subscriptions.live();
    for (const event of told) {
      const [type, about] = [feedTypeOf(event), aboutOf(event)];
      const meant = live.filter(
        ({ events: types, scope, after }) =>
          event.position > after && types.some((one) => one === type) && isWithin(scope, about),
      );
      if (meant.length > 0) await this.tell(event, meant);
    }
    return true;
  }

  private async tell(event: Told, subscriptions: readonly LiveSubscription[]): Promise<void> {
    const { id, metadata } = event;
    const context = { actor: ACTOR, correlationId: metadata.correlationId, causationId: id };
    const rendered = JSON.stringify(await this.messageOf(event));
    await this.aggregates.transact(context, async (work) => {
      for (const { subscriptionId } of subscriptions) await this.request(work, subscriptionId, id, rendered);
    });
  }

  private async request(work: UnitOfWork, actionId: string, triggerId: string, rendered: string): Promise<void> {
    const { status, configuration, revision } = await work.load(webhookAction, webhookActionStream(actionId));
    if (status !== 'live' || configuration === undefined) return;
    await work.decideNew(delivery, deliveryStream(deliveryIdOf(actionId, triggerId)), {
      type: 'RequestDelivery',
      actionId,
      flowId: actionId,
      triggerId,
      profileId: '',
      actionRevision: revision,
      url: configuration.url,
      body: { rendered },
      at: work.time,
    });
  }

  private async messageOf(event: Told): Promise<FeedMessage> {
    const { stream, metadata } = event;
    switch (event.type) {
      case 'DeliveryFailed':
      case 'DeliverySkipped': {
        const { triggerId, profileId } = await this.aggregates.load(delivery, stream);
        const ids = { deliveryId: stream.slice(DELIVERY.length), triggerId, profileId };
        return deliveryMessage(event, ids, metadata.time);
      }
      case 'WebhookActionSuspended':
      case 'WebhookActionAlerted':
        return actionMessage(event, stream.slice(ACTION.length), metadata.time);
    }
  }
}

/** Nobody is told of the feed's own failures: that would go round without end. */
function isTold(event: RecordedEvent): event is Told {
  if (feedTypeOf(event) === undefined) return false;
  const { actionId, flowId } = aboutOf(event as Told);
  return !isOfFeed(actionId, flowId);
}

/** The action that it is about, by itself or by one of its deliveries. */
const aboutOf = ({ data, stream }: Told): { actionId: string; flowId: string } => ({
  actionId: 'actionId' in data ? data.actionId : stream.slice(ACTION.length),
  flowId: data.flowId,
});

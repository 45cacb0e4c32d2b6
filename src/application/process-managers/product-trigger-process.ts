import type { LowInventoryTrigger, PriceDropTrigger } from '../../domain/flow/flow-trigger.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { externalIdOf } from '../../domain/product/catalog-id.js';
import { catalogItem, catalogItemStream } from '../../domain/product/catalog-item.js';
import { catalogVariant, catalogVariantStream } from '../../domain/product/catalog-variant.js';
import { comesDownTo } from '../../domain/product/low-inventory.js';
import { isLargeEnough, priceDropOf } from '../../domain/product/price-drop.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { LiveFlows } from '../ports/live-flows.js';
import type { ProductInterest } from '../ports/product-interest.js';
import type { ReadModels } from '../ports/read-models.js';
import type { ProcessManager } from './process-manager.js';
import { type ProductMovement, productMovements } from './product-movements.js';
import { type MovedProduct, productVariables } from './product-variables.js';
import type { TriggerProcess } from './trigger-deliveries.js';

const ACTOR = engineActor('product-trigger-process-manager');
const DAY = 86_400_000;

/** Profiles whose triggers are started side by side. */
const PAGE = 100;

/** A flow that a movement starts. */
interface StartedFlow {
  flowId: string;
  trigger: PriceDropTrigger | LowInventoryTrigger;
}

/**
 * A price that drops and a stock that runs low start flows, for each profile that showed interest in the product lately. Each
 * profile's trigger is a piece of work of its own, whose id follows from what happened: who repeats it after a crash starts
 * the others alone.
 */
export class ProductTriggerProcess implements ProcessManager {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly triggers: Pick<TriggerProcess, 'start'>,
    private readonly liveFlows: Pick<LiveFlows, 'ofType'>,
    private readonly interest: ProductInterest,
    private readonly readModels: ReadModels,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    const movements = productMovements(events);
    const last = movements.at(-1);
    if (last === undefined) return false;
    // Flows and interest as of then are known to the read side by then.
    await this.readModels.caughtUpTo(last.event.position);
    let started = false;
    for (const movement of movements) {
      const flows = this.flowsStartedBy(movement);
      if (flows.length === 0) continue;
      started = true;
      const product = await this.onSale(movement);
      if (product === undefined) continue;
      for (const flow of flows) await this.startForAudience(flow, movement, productVariables(movement, product));
    }
    return started;
  }

  private flowsStartedBy(movement: ProductMovement): StartedFlow[] {
    const { what, from, to, variantId, event } = movement;
    const happenedAt = Date.parse(event.metadata.time);
    const flows = this.liveFlows.ofType(what === 'price' ? 'price-drop' : 'low-inventory');
    return flows.flatMap(({ flowId, trigger, liveSince }) => {
      // What happened before it went live is not its own, also where events come again.
      if (happenedAt < liveSince) return [];
      const level = variantId === undefined ? 'product' : 'variant';
      const drop = priceDropOf(from, to);
      const starts =
        (trigger.type === 'price-drop' && drop !== undefined && isLargeEnough(drop, trigger)) ||
        (trigger.type === 'low-inventory' && trigger.level === level && comesDownTo(trigger.count, from, to));
      return starts ? [{ flowId, trigger: trigger as StartedFlow['trigger'] }] : [];
    });
  }

  /** Undefined where it is sold no more, or not shown: nobody is to be led to it. */
  private async onSale({ itemId, variantId }: ProductMovement): Promise<MovedProduct | undefined> {
    const item = await this.aggregates.load(catalogItem, catalogItemStream(itemId));
    if (item.status !== 'known' || !item.attributes.published) return undefined;
    if (variantId === undefined) return { item: item.attributes, variant: undefined };
    const variant = await this.aggregates.load(catalogVariant, catalogVariantStream(variantId));
    if (variant.status !== 'known' || !variant.attributes.published) return undefined;
    return { item: item.attributes, variant: variant.attributes };
  }

  /** In pages, so that an audience of any size takes little memory. */
  private async startForAudience(
    { flowId, trigger }: StartedFlow,
    movement: ProductMovement,
    properties: JsonObject,
  ): Promise<void> {
    const { itemId, variantId, event } = movement;
    const until = Date.parse(event.metadata.time);
    const product = {
      productId: externalIdOf(itemId),
      ...(variantId === undefined ? {} : { variantId: externalIdOf(variantId) }),
    };
    const between = { since: until - trigger.timeframeDays * DAY, until };
    let after: string | undefined;
    do {
      const page = await this.interest.audienceOf(product, trigger.audience, between, { after, limit: PAGE });
      await Promise.all(page.map((profileId) => this.start(profileId, flowId, movement, properties)));
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after !== undefined);
  }

  private async start(
    profileId: string,
    flowId: string,
    movement: ProductMovement,
    properties: JsonObject,
  ): Promise<void> {
    const { event } = movement;
    const kind = movement.what === 'price' ? 'price-drop' : 'low-inventory';
    const data = {
      kind,
      // Not the product's: what a profile looked at is sealed with the properties.
      name: kind === 'price-drop' ? 'Price drop' : 'Low inventory',
      sourceId: flowId,
      profileId,
      properties,
      occurredAt: event.metadata.time,
      uniqueId: uniqueIdOf(movement),
      backfill: false,
    } as const;
    const context = { actor: ACTOR, correlationId: event.metadata.correlationId, causationId: event.id };
    await this.aggregates.transact(context, async (work) => {
      const state = await work.load(profile, profileStream(profileId));
      // Forgotten meanwhile.
      if (state.status !== 'known') return;
      await this.triggers.start(work, data, state);
    });
  }
}

/**
 * A shop that changes a price tells of the item and of each of its variants, and that is one drop: the same one of the same
 * product on the same day (UTC). A stock that comes down again after it went up is another one.
 */
function uniqueIdOf({ what, itemId, from, to, event }: ProductMovement): string {
  if (what === 'inventory') return `inventory ${event.id}`;
  return `price ${itemId} ${from} ${to} ${event.metadata.time.slice(0, 10)}`;
}

import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { catalogIdOf } from '../../domain/product/catalog-id.js';
import { catalogItem, catalogItemStream, type ItemAttributes } from '../../domain/product/catalog-item.js';
import { catalogVariant, catalogVariantStream, type VariantAttributes } from '../../domain/product/catalog-variant.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';

/** The catalog: items, and the variants that are sold of them. An item's stream tells its stock, the sum of its variants'. */
export class ProductCommands {
  constructor(private readonly aggregates: AggregateStore) {}

  /** @throws RuleViolation catalog_item_exists */
  async createItem(
    externalId: string,
    attributes: ItemAttributes,
    context: CommandContext,
  ): Promise<Recorded<{ itemId: string }>> {
    const itemId = catalogIdOf(externalId);
    return this.aggregates.transact(context, async (work) => {
      await work.decide(catalogItem, catalogItemStream(itemId), { type: 'CreateItem', attributes });
      return { itemId };
    });
  }

  /** @throws RuleViolation catalog_item_unknown */
  async updateItem(
    itemId: string,
    attributes: Partial<ItemAttributes>,
    context: CommandContext,
  ): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await work.decide(catalogItem, catalogItemStream(itemId), { type: 'ChangeItem', attributes });
    });
  }

  /** With its variants. @throws RuleViolation catalog_item_unknown */
  async removeItem(itemId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const stream = catalogItemStream(itemId);
      const { inventory } = await work.load(catalogItem, stream);
      for (const variantId of Object.keys(inventory)) {
        const { status } = await work.load(catalogVariant, catalogVariantStream(variantId));
        // One that is gone was taken by a removal that stopped before the item's own.
        if (status !== 'known') continue;
        await work.decide(catalogVariant, catalogVariantStream(variantId), { type: 'RemoveVariant' });
      }
      await work.decide(catalogItem, stream, { type: 'RemoveItem' });
      work.writeLast(stream);
    });
  }

  /** @throws RuleViolation catalog_variant_exists, catalog_item_unknown, catalog_variants_too_many (pointer: `/itemId`) */
  async createVariant(
    externalId: string,
    itemId: string,
    attributes: VariantAttributes,
    context: CommandContext,
  ): Promise<Recorded<{ variantId: string }>> {
    const variantId = catalogIdOf(externalId);
    return this.aggregates.transact(context, async (work) => {
      const { status } = await work.load(catalogItem, catalogItemStream(itemId));
      if (status !== 'known') {
        throw new RuleViolation('catalog_item_unknown', `There is no catalog item with the id '${itemId}'.`, '/itemId');
      }
      const stream = catalogVariantStream(variantId);
      await work.decide(catalogVariant, stream, { type: 'CreateVariant', itemId, attributes });
      await setInventory(work, itemId, variantId, attributes.inventory_quantity);
      return { variantId };
    });
  }

  /** @throws RuleViolation catalog_variant_unknown */
  async updateVariant(
    variantId: string,
    attributes: Partial<VariantAttributes>,
    context: CommandContext,
  ): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const stream = catalogVariantStream(variantId);
      const after = await work.decide(catalogVariant, stream, { type: 'ChangeVariant', attributes });
      if (attributes.inventory_quantity === undefined) return;
      await setInventory(work, after.itemId, variantId, after.attributes.inventory_quantity);
    });
  }

  /** @throws RuleViolation catalog_variant_unknown */
  async removeVariant(variantId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      const { itemId } = await work.decide(catalogVariant, catalogVariantStream(variantId), { type: 'RemoveVariant' });
      await setInventory(work, itemId, variantId, null);
    });
  }
}

/**
 * Has the item know the variant's stock. The variant is written last: where the writing stops in between, whoever tries again
 * finds that the item knows already, and the variant doesn't.
 */
async function setInventory(
  work: UnitOfWork,
  itemId: string,
  variantId: string,
  quantity: number | null,
): Promise<void> {
  await work.decide(catalogItem, catalogItemStream(itemId), { type: 'SetInventory', variantId, quantity });
  work.writeLast(catalogVariantStream(variantId));
}

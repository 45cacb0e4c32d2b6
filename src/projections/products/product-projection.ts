import type { Kysely, Transaction } from 'kysely';
import type { Vault } from '../../application/ports/vault.js';
import { type CatalogItemEvent, catalogItem } from '../../domain/product/catalog-item.js';
import { type CatalogVariantEvent, catalogVariant } from '../../domain/product/catalog-variant.js';
import { showsInterest } from '../../domain/product/product-interest.js';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import { applyInterest } from './apply-interest.js';
import type { CatalogItemsTable, CatalogVariantsTable } from './product-tables.js';

export const ITEM = 'catalog-item-';
export const VARIANT = 'catalog-variant-';

/** What lists are sorted by. */
const IN_ORDER = ['created_at', 'position'];

export const productProjection: Projection = {
  name: 'products',
  version: 2,
  inBulk: true,
  tables: ['catalog_items', 'catalog_variants', 'product_interest', 'product_interest_horizon'],
  handles: handling(
    'CatalogItemCreated',
    'CatalogItemChanged',
    'CatalogItemPriceChanged',
    'CatalogItemRemoved',
    'CatalogVariantCreated',
    'CatalogVariantChanged',
    'CatalogVariantPriceChanged',
    'CatalogVariantInventoryChanged',
    'CatalogVariantRemoved',
    'TriggerReceived',
    'ProfileForgotten',
  ),
  opens: handling('TriggerReceived'),
  opensOnly: (event) =>
    event.type === 'TriggerReceived' && event.data.kind === 'metric' && showsInterest(event.data.name),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('catalog_items')
      .addColumn('item_id', 'text', (column) => column.primaryKey())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('published', 'integer', (column) => column.notNull())
      .addColumn('attributes', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('catalog_items_in_order').on('catalog_items').columns(IN_ORDER).execute();
    await db.schema
      .createTable('catalog_variants')
      .addColumn('variant_id', 'text', (column) => column.primaryKey())
      .addColumn('item_id', 'text', (column) => column.notNull())
      .addColumn('sku', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('published', 'integer', (column) => column.notNull())
      .addColumn('attributes', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('catalog_variants_in_order').on('catalog_variants').columns(IN_ORDER).execute();
    for (const column of ['item_id', 'sku']) {
      await db.schema
        .createIndex(`catalog_variants_by_${column}`)
        .on('catalog_variants')
        .columns([column, ...IN_ORDER])
        .execute();
    }
    await createInterestTables(db);
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>, vault: Vault) {
    await evolveRows(transaction, ofStreams(events, ITEM), {
      table: 'catalog_items',
      key: 'item_id',
      keyOf: (event) => idOf(ITEM, event),
      evolve: evolveItem,
    });
    await evolveRows(transaction, ofStreams(events, VARIANT), {
      table: 'catalog_variants',
      key: 'variant_id',
      keyOf: (event) => idOf(VARIANT, event),
      evolve: evolveVariant,
    });
    await applyInterest(events, transaction, vault);
  },
};

async function createInterestTables(db: Kysely<ReadTables>): Promise<void> {
  await db.schema
    .createTable('product_interest')
    .addColumn('product_hash', 'text', (column) => column.notNull())
    .addColumn('variant_hash', 'text', (column) => column.notNull())
    .addColumn('profile_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('product_interest_pk', ['product_hash', 'profile_id', 'kind', 'variant_hash'])
    .execute();
  await db.schema.createIndex('product_interest_of_profile').on('product_interest').column('profile_id').execute();
  await db.schema.createIndex('product_interest_by_age').on('product_interest').column('at').execute();
  await db.schema
    .createTable('product_interest_horizon')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .execute();
}

const ofStreams = (events: readonly ProjectedEvent[], prefix: string): ProjectedEvent[] =>
  events.filter(({ stream }) => stream.startsWith(prefix));

function evolveItem(row: CatalogItemsTable | undefined, event: ProjectedEvent): CatalogItemsTable | undefined {
  if (event.type === 'CatalogItemRemoved') return undefined;
  if (row === undefined && event.type !== 'CatalogItemCreated') return undefined;
  const before = row === undefined ? catalogItem.initialState.attributes : JSON.parse(row.attributes);
  // The domain knows how attributes change; of its state only they matter here.
  const { attributes } = catalogItem.evolve(
    { status: 'known', attributes: before, inventory: {} },
    event as CatalogItemEvent,
  );
  return {
    item_id: idOf(ITEM, event),
    title: attributes.title,
    published: attributes.published ? 1 : 0,
    attributes: JSON.stringify(attributes),
    ...places(row, event),
  };
}

function evolveVariant(row: CatalogVariantsTable | undefined, event: ProjectedEvent): CatalogVariantsTable | undefined {
  if (event.type === 'CatalogVariantRemoved') return undefined;
  if (row === undefined && event.type !== 'CatalogVariantCreated') return undefined;
  const before = row === undefined ? catalogVariant.initialState.attributes : JSON.parse(row.attributes);
  const { attributes, itemId } = catalogVariant.evolve(
    { status: 'known', attributes: before, itemId: row?.item_id ?? '' },
    event as CatalogVariantEvent,
  );
  return {
    variant_id: idOf(VARIANT, event),
    item_id: itemId,
    sku: attributes.sku,
    title: attributes.title,
    published: attributes.published ? 1 : 0,
    attributes: JSON.stringify(attributes),
    ...places(row, event),
  };
}

const places = (row: { created_at: string; position: number } | undefined, { metadata, position }: ProjectedEvent) => ({
  created_at: row?.created_at ?? metadata.time,
  updated_at: metadata.time,
  position: row?.position ?? position,
});

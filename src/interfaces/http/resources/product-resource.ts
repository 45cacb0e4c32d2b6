import { z } from 'zod';
import type { ItemView, VariantView } from '../../../projections/products/product-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

const common = {
  external_id: z.string(),
  title: z.string(),
  description: z.string(),
  url: z.string(),
  image_full_url: z.string().nullable(),
  image_thumbnail_url: z.string().nullable(),
  images: z.array(z.string()),
  custom_metadata: z.record(z.string(), z.unknown()),
  published: z.boolean(),
  created: time,
  updated: time,
};

export const shownItem = z.object({ ...common, price: z.number().nullable() });
export const ITEM_FIELDS = Object.keys(shownItem.shape);

export const shownVariant = z.object({
  ...common,
  price: z.number(),
  sku: z.string(),
  inventory_policy: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  inventory_quantity: z.number(),
});
export const VARIANT_FIELDS = Object.keys(shownVariant.shape);

export const itemResource = ({ itemId, externalId, attributes, createdAt, updatedAt }: ItemView): Resource => ({
  type: 'catalog-item',
  id: itemId,
  attributes: { external_id: externalId, ...attributes, created: createdAt, updated: updatedAt },
  path: `/api/catalog-items/${encodeURIComponent(itemId)}`,
  relationships: { variants: { linked: true } },
});

export const variantResource = (view: VariantView): Resource => ({
  type: 'catalog-variant',
  id: view.variantId,
  attributes: {
    external_id: view.externalId,
    ...view.attributes,
    created: view.createdAt,
    updated: view.updatedAt,
  },
  path: `/api/catalog-variants/${encodeURIComponent(view.variantId)}`,
  relationships: { item: { data: { type: 'catalog-item', id: view.itemId } } },
});

import { z } from 'zod';
import { MAX_EXTERNAL_ID, MAX_SKU } from '../../../domain/product/catalog-id.js';
import { customProperties } from './custom-properties.js';
import { document, notTaken } from './fields.js';
import { withExample } from './with-example.js';

const NO_CATEGORIES = 'hookledger keeps no categories; take this out.';
const ONE_CATALOG = "hookledger keeps one catalog, which Klaviyo calls '$custom' and '$default'; take this out.";

const url = z.string().max(8_000);
const text = z.string().max(100_000);
const optional = {
  image_full_url: url.nullish(),
  image_thumbnail_url: url.nullish(),
  images: z.array(url).max(100).nullish(),
  custom_metadata: customProperties.nullish(),
  published: z.boolean().nullish(),
};
const price = z.number().min(0, { error: 'A price has to be 0 or more.' });
const quantity = z.number();
const policy = z.union([z.literal(0), z.literal(1), z.literal(2)], {
  error: "'inventory_policy' has to be 0, 1 or 2.",
});
const title = z
  .string()
  .max(1_000)
  .refine((given) => given.trim() !== '', { error: 'The title is empty; give one.' });

export const externalId = z
  .string()
  .min(1)
  .max(MAX_EXTERNAL_ID)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'An external id may hold no control characters.' });

/** What says which catalog it is; there is one. */
const place = {
  external_id: externalId,
  integration_type: z.literal('$custom', { error: ONE_CATALOG }).nullish(),
  catalog_type: z.literal('$default', { error: ONE_CATALOG }).nullish(),
};
const noCategories = z.strictObject({ categories: notTaken(NO_CATEGORIES) }).optional();

export const newItem = z.strictObject({ ...optional, title, description: text, url, price: price.nullish() });
export type NewItem = z.infer<typeof newItem>;

export const createItemBody = withExample(
  document(
    z.strictObject({
      type: z.literal('catalog-item'),
      attributes: z.strictObject({ ...place, ...newItem.shape }),
      relationships: noCategories,
    }),
  ),
  {
    data: {
      type: 'catalog-item',
      attributes: {
        external_id: 'CHAI-{new_uuid}',
        integration_type: '$custom',
        catalog_type: '$default',
        title: 'Chai',
        description: '10 boxes of 20 bags',
        price: 18,
        url: 'https://shop.example.com/chai',
        image_full_url: 'https://images.example.com/chai.png',
        image_thumbnail_url: 'https://images.example.com/chai-small.png',
        images: ['https://images.example.com/chai.png'],
        custom_metadata: { category: 'Beverages' },
        published: true,
      },
    },
  },
);

/** Null clears what may be empty. */
export const changedItem = z.strictObject({
  ...optional,
  title: title.nullish(),
  description: text.nullish(),
  url: url.nullish(),
  price: price.nullish(),
});
export type ChangedItem = z.infer<typeof changedItem>;

export const updateItemBody = withExample(
  document(
    z.strictObject({
      type: z.literal('catalog-item'),
      id: z.string(),
      attributes: changedItem,
      relationships: noCategories,
    }),
  ),
  { data: { type: 'catalog-item', id: '{catalog_item_id}', attributes: { price: 14.4, published: true } } },
);

const sku = z.string().max(MAX_SKU);

export const newVariant = z.strictObject({
  ...optional,
  title,
  description: text,
  url,
  sku,
  price,
  inventory_quantity: quantity,
  inventory_policy: policy.nullish(),
});
export type NewVariant = z.infer<typeof newVariant>;

export const createVariantBody = withExample(
  document(
    z.strictObject({
      type: z.literal('catalog-variant'),
      attributes: z.strictObject({ ...place, ...newVariant.shape }),
      relationships: z.strictObject({
        item: document(z.strictObject({ type: z.literal('catalog-item'), id: z.string() })),
      }),
    }),
  ),
  {
    data: {
      type: 'catalog-variant',
      attributes: {
        external_id: 'CHAI-20-{new_uuid}',
        integration_type: '$custom',
        catalog_type: '$default',
        title: 'Chai, 20 bags',
        description: 'One box',
        sku: 'CHAI-20',
        inventory_policy: 1,
        inventory_quantity: 39,
        price: 18,
        url: 'https://shop.example.com/chai?variant=20',
        image_full_url: 'https://images.example.com/chai-20.png',
        image_thumbnail_url: 'https://images.example.com/chai-20-small.png',
        images: ['https://images.example.com/chai-20.png'],
        custom_metadata: { bags: 20 },
        published: true,
      },
      relationships: { item: { data: { type: 'catalog-item', id: '{catalog_item_id}' } } },
    },
  },
);

export const changedVariant = z.strictObject({
  ...optional,
  title: title.nullish(),
  description: text.nullish(),
  url: url.nullish(),
  sku: sku.nullish(),
  inventory_policy: policy.nullish(),
  inventory_quantity: quantity.nullish(),
  price: price.nullish(),
});
export type ChangedVariant = z.infer<typeof changedVariant>;

export const updateVariantBody = withExample(
  document(z.strictObject({ type: z.literal('catalog-variant'), id: z.string(), attributes: changedVariant })),
  {
    data: {
      type: 'catalog-variant',
      id: '{catalog_variant_id}',
      attributes: { price: 14.4, inventory_quantity: 17 },
    },
  },
);

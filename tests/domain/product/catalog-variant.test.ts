import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CatalogVariantCommand,
  type CatalogVariantEvent,
  catalogVariant,
  catalogVariantStream,
  type VariantAttributes,
} from '../../../src/domain/product/catalog-variant.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws } from '../decider-laws.js';

const given = specify(catalogVariant);

const box: VariantAttributes = {
  title: 'Chai, 20 bags',
  description: 'One box',
  sku: 'CHAI-20',
  inventory_policy: 1,
  inventory_quantity: 39,
  price: 18,
  url: 'https://shop.example.com/chai?variant=20',
  image_full_url: null,
  image_thumbnail_url: null,
  images: [],
  custom_metadata: {},
  published: true,
};
const create: CatalogVariantCommand = { type: 'CreateVariant', itemId: 'chai', attributes: box };
const created: CatalogVariantEvent = { type: 'CatalogVariantCreated', data: { itemId: 'chai', attributes: box } };
const removed: CatalogVariantEvent = { type: 'CatalogVariantRemoved', data: { itemId: 'chai' } };
const change = (attributes: Partial<VariantAttributes>): CatalogVariantCommand => ({
  type: 'ChangeVariant',
  attributes,
});

describe('Catalog variant', () => {
  it('is created once, and again after it was removed', () => {
    given().when(create).then(created);
    given(created).when(create).thenRefused('catalog_variant_exists', '/attributes/external_id');
    given(created, removed).when(create).then(created);
  });

  it('is not there before it is created, nor after it was removed', () => {
    for (const history of [[], [created, removed]]) {
      given(...history)
        .when(change({}))
        .thenRefused('catalog_variant_unknown');
      given(...history)
        .when({ type: 'RemoveVariant' })
        .thenRefused('catalog_variant_unknown');
    }
    given(created).when({ type: 'RemoveVariant' }).then(removed);
  });

  it('records what differs alone, price and stock as events of their own', () => {
    given(created)
      .when(change({ sku: 'CHAI-21', price: 14.4, inventory_quantity: 17 }))
      .then(
        { type: 'CatalogVariantChanged', data: { attributes: { sku: 'CHAI-21' } } },
        { type: 'CatalogVariantPriceChanged', data: { itemId: 'chai', from: 18, to: 14.4 } },
        { type: 'CatalogVariantInventoryChanged', data: { itemId: 'chai', from: 39, to: 17 } },
      );
    given(created).when(change(box)).then();
    given(created)
      .when(change({ inventory_quantity: -2 }))
      .then({ type: 'CatalogVariantInventoryChanged', data: { itemId: 'chai', from: 39, to: -2 } });
  });

  it('refuses what no variant can have', () => {
    const refuse = (attributes: Partial<VariantAttributes>, rule: string, pointer: string) => {
      given()
        .when({ ...create, attributes: { ...box, ...attributes } })
        .thenRefused(rule, pointer);
      given(created).when(change(attributes)).thenRefused(rule, pointer);
    };
    refuse({ title: '' }, 'catalog_title_missing', '/attributes/title');
    refuse({ price: -1 }, 'catalog_price_invalid', '/attributes/price');
    refuse({ inventory_quantity: Number.NaN }, 'catalog_inventory_invalid', '/attributes/inventory_quantity');
    refuse({ description: 'x'.repeat(102_400) }, 'catalog_attributes_too_large', '/attributes');
  });

  it('has a stream of its own', () => {
    expect(catalogVariantStream('7')).to.equal('catalog-variant-7');
  });

  const few = fc.integer({ min: -1, max: 3 });
  const step: fc.Arbitrary<CatalogVariantCommand> = fc.oneof(
    few.map((price) => ({ ...create, attributes: { ...box, price } }) as CatalogVariantCommand),
    fc.record({ price: few, inventory_quantity: few, sku: fc.constantFrom('a', 'b') }).map(change),
    fc.constant({ type: 'RemoveVariant' } as const),
  );
  describeDeciderLaws(catalogVariant, step, (command) => command);
});

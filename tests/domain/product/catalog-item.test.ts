import { expect } from 'chai';
import fc from 'fast-check';
import { fold } from '../../../src/domain/kernel/decider.js';
import {
  type CatalogItemCommand,
  type CatalogItemEvent,
  catalogItem,
  catalogItemStream,
  type ItemAttributes,
} from '../../../src/domain/product/catalog-item.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws } from '../decider-laws.js';

const given = specify(catalogItem);

const chai: ItemAttributes = {
  title: 'Chai',
  description: '10 boxes of 20 bags',
  price: 18,
  url: 'https://shop.example.com/chai',
  image_full_url: null,
  image_thumbnail_url: null,
  images: [],
  custom_metadata: { category: 'Beverages' },
  published: true,
};
const created: CatalogItemEvent = { type: 'CatalogItemCreated', data: { attributes: chai } };
const removed: CatalogItemEvent = { type: 'CatalogItemRemoved', data: {} };
const stocked = (variantId: string, quantity: number | null, from: number | null, to: number | null) =>
  ({ type: 'CatalogItemInventoryChanged', data: { variantId, quantity, from, to } }) as const;
const set = (variantId: string, quantity: number | null): CatalogItemCommand => ({
  type: 'SetInventory',
  variantId,
  quantity,
});

describe('Catalog item', () => {
  it('is created once, and again after it was removed', () => {
    given().when({ type: 'CreateItem', attributes: chai }).then(created);
    given(created)
      .when({ type: 'CreateItem', attributes: chai })
      .thenRefused('catalog_item_exists', '/attributes/external_id');
    given(created, stocked('a', 5, null, 5), removed)
      .when({ type: 'CreateItem', attributes: chai })
      .then(created);
    expect(fold(catalogItem, [created, stocked('a', 5, null, 5), removed, created]).inventory).to.deep.equal({});
  });

  it('is not there before it is created, nor after it was removed', () => {
    for (const history of [[], [created, removed]]) {
      for (const command of [{ type: 'ChangeItem', attributes: {} }, set('a', 1), { type: 'RemoveItem' }] as const) {
        given(...history)
          .when(command)
          .thenRefused('catalog_item_unknown');
      }
    }
  });

  it('records what differs alone, and its price as an event of its own', () => {
    given(created)
      .when({
        type: 'ChangeItem',
        attributes: { title: 'Chai', published: false, custom_metadata: { category: 'Tea' } },
      })
      .then({
        type: 'CatalogItemChanged',
        data: { attributes: { published: false, custom_metadata: { category: 'Tea' } } },
      });
    given(created)
      .when({ type: 'ChangeItem', attributes: { price: 14.4 } })
      .then({ type: 'CatalogItemPriceChanged', data: { from: 18, to: 14.4 } });
    given(created)
      .when({ type: 'ChangeItem', attributes: { price: null } })
      .then({ type: 'CatalogItemPriceChanged', data: { from: 18, to: null } });
    given(created).when({ type: 'ChangeItem', attributes: chai }).then();
  });

  it('tells its stock: the sum over its variants, as each of them changes', () => {
    given(created)
      .when(set('a', 5))
      .then(stocked('a', 5, null, 5));
    given(created, stocked('a', 5, null, 5))
      .when(set('b', 7))
      .then(stocked('b', 7, 5, 12));
    given(created, stocked('a', 5, null, 5), stocked('b', 7, 5, 12))
      .when(set('a', 1))
      .then(stocked('a', 1, 12, 8));
    given(created, stocked('a', 5, null, 5), stocked('b', 7, 5, 12))
      .when(set('a', null))
      .then(stocked('a', null, 12, 7));
    given(created, stocked('a', 5, null, 5))
      .when(set('a', null))
      .then(stocked('a', null, 5, null));
    given(created, stocked('a', 5, null, 5))
      .when(set('a', 5))
      .then();
    given(created).when(set('a', null)).then();
    given(created)
      .when(set('toString', 2))
      .then(stocked('toString', 2, null, 2));
  });

  it('has at most 2,048 variants', () => {
    let state = fold(catalogItem, [created]);
    for (let n = 0; n < 2_048; n++) state = catalogItem.evolve(state, stocked(`v${n}`, 1, n, n + 1));
    expect(() => catalogItem.decide(set('more', 1), state)).to.throw('at most 2048 variants');
    expect(catalogItem.decide(set('v0', 2), state)).to.have.lengthOf(1);
  }).timeout(30_000);

  it('refuses what no item can have', () => {
    const refuse = (attributes: Partial<ItemAttributes>, rule: string, pointer: string) => {
      given()
        .when({ type: 'CreateItem', attributes: { ...chai, ...attributes } })
        .thenRefused(rule, pointer);
      given(created).when({ type: 'ChangeItem', attributes }).thenRefused(rule, pointer);
    };
    refuse({ title: ' ' }, 'catalog_title_missing', '/attributes/title');
    refuse({ price: -0.01 }, 'catalog_price_invalid', '/attributes/price');
    refuse({ description: 'x'.repeat(102_400) }, 'catalog_attributes_too_large', '/attributes');
    given(created)
      .when({ type: 'ChangeItem', attributes: { price: 0 } })
      .then({
        type: 'CatalogItemPriceChanged',
        data: { from: 18, to: 0 },
      });
  });

  it('has a stream of its own', () => {
    expect(catalogItemStream('$custom:::$default:::CHAI')).to.equal('catalog-item-$custom:::$default:::CHAI');
  });

  const price = fc.option(fc.integer({ min: -1, max: 3 }));
  const step: fc.Arbitrary<CatalogItemCommand> = fc.oneof(
    price.map((price) => ({ type: 'CreateItem', attributes: { ...chai, price } }) as const),
    fc.record({ type: fc.constant('ChangeItem' as const), attributes: fc.record({ price, published: fc.boolean() }) }),
    fc.record({
      type: fc.constant('SetInventory' as const),
      variantId: fc.constantFrom('a', 'b', '__proto__'),
      quantity: fc.option(fc.nat({ max: 3 })),
    }),
    fc.constant({ type: 'RemoveItem' } as const),
  );
  describeDeciderLaws(catalogItem, step, (command) => command);
});

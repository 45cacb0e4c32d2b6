import { expect } from 'chai';
import { type Hookledger, RuleViolation } from '../../../src/index.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { caught, openedOn } from './opened.js';

describe('products', () => {
  const folder = temporaryFolder();
  let hookledger: Hookledger;

  before(async () => {
    hookledger = await openedOn(folder.path, await CertificateAuthority.create());
  });
  after(async () => {
    await hookledger.close();
    folder.remove();
  });

  const chai = { title: 'Chai', description: 'Ten boxes', url: 'https://shop.example.com/chai', price: 18 };
  const box = { ...chai, title: 'Chai, one box', sku: 'CHAI-1', inventory_quantity: 39 };

  it('puts items and variants into the catalog, changes them, and takes them out', async () => {
    const { products } = hookledger;
    const { itemId } = await products.createItem({ externalId: 'CHAI', attributes: chai });
    const made = await products.createVariant({ externalId: 'CHAI-1', itemId, attributes: box });
    await hookledger.caughtUp(made.position);
    expect(await products.item(itemId)).to.deep.include({
      itemId,
      externalId: 'CHAI',
      attributes: {
        ...chai,
        image_full_url: null,
        image_thumbnail_url: null,
        images: [],
        custom_metadata: {},
        published: true,
      },
    });
    const variant = await products.variant(made.variantId);
    expect(variant).to.include({ externalId: 'CHAI-1', itemId });
    expect(variant?.attributes).to.include({ sku: 'CHAI-1', inventory_policy: 0, inventory_quantity: 39 });

    await products.updateItem(itemId, { price: null, published: false });
    const { position } = await products.updateVariant(made.variantId, { inventory_quantity: 17 });
    await hookledger.caughtUp(position);
    expect((await products.item(itemId))?.attributes).to.include({ price: null, published: false, title: 'Chai' });
    expect((await products.items({ published: true })).items).to.deep.equal([]);
    const { items } = await products.variants({ itemId, sku: 'CHAI-1' });
    expect(items.map(({ attributes }) => attributes.inventory_quantity)).to.deep.equal([17]);

    const other = await products.createVariant({ externalId: 'CHAI-2', itemId, attributes: box });
    await hookledger.caughtUp((await products.deleteVariant(other.variantId)).position);
    expect((await products.variants({ itemId })).items.map(({ variantId }) => variantId)).to.deep.equal([
      made.variantId,
    ]);
    await hookledger.caughtUp((await products.deleteItem(itemId)).position);
    expect(await products.item(itemId)).to.equal(undefined);
    expect(await products.variant(made.variantId)).to.equal(undefined);
  });

  it('refuses with a pointer into what was given', async () => {
    const { products } = hookledger;
    const refusals: readonly (readonly [run: () => Promise<unknown>, rule: string, pointer: string])[] = [
      [() => products.createItem({ externalId: '', attributes: chai }), 'input_invalid', '/externalId'],
      [
        () => products.createItem({ externalId: 'X', attributes: { ...chai, price: -1 } }),
        'input_invalid',
        '/attributes/price',
      ],
      [() => products.updateItem('none', { title: ' ' }), 'input_invalid', '/attributes/title'],
      [() => products.updateItem('none', { title: 'Tea' }), 'catalog_item_unknown', ''],
      [
        () => products.createVariant({ externalId: 'X-1', itemId: 'none', attributes: box }),
        'catalog_item_unknown',
        '/itemId',
      ],
      [() => products.updateVariant('none', { price: -1 }), 'input_invalid', '/attributes/price'],
      [() => products.deleteVariant('none'), 'catalog_variant_unknown', ''],
    ];
    for (const [run, rule, pointer] of refusals) {
      expect(await caught(run), rule)
        .to.be.instanceOf(RuleViolation)
        .and.to.include({ rule, pointer });
    }
  });

  it('makes an item once under an idempotency key', async () => {
    const create = () =>
      hookledger.products.createItem({ externalId: 'CHANG', attributes: chai }, { idempotencyKey: 'chang' });
    const { itemId } = await create();
    expect((await create()).itemId).to.equal(itemId);
    const without = () => hookledger.products.createItem({ externalId: 'CHANG', attributes: chai });
    expect(await caught(without)).to.include({ rule: 'catalog_item_exists' });
  });
});

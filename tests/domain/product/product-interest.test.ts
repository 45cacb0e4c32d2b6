import { expect } from 'chai';
import { interestsIn, showsInterest } from '../../../src/domain/product/product-interest.js';

describe('Interest in products', () => {
  it('is shown by a view', () => {
    const view = { ProductName: 'Chai', ProductID: '1111', SKU: 'CHAI', Categories: ['Tea'], Price: 18 };
    expect(interestsIn('Viewed Product', view)).to.deep.equal([
      { kind: 'viewed', productId: '1111', variantId: undefined },
    ]);
    expect(interestsIn('Viewed Product', { ProductID: 1111, VariantID: 7 })).to.deep.equal([
      { kind: 'viewed', productId: '1111', variantId: '7' },
    ]);
  });

  it('is shown by what was added to a cart, and not by what was there before', () => {
    const added = {
      AddedItemProductName: 'Chai',
      AddedItemProductID: '1111',
      Items: [{ ProductID: '1111' }, { ProductID: '1112' }],
    };
    const chai = { kind: 'added-to-cart', productId: '1111', variantId: undefined };
    expect(interestsIn('Added to Cart', added)).to.deep.equal([chai]);
    expect(interestsIn('Added to Cart', { ProductID: '1111', Items: [{ ProductID: '1112' }] })).to.deep.equal([chai]);
    expect(interestsIn('Added to Cart', { Items: [{ ProductID: '1111' }] })).to.deep.equal([chai]);
  });

  it('is shown by each line of a checkout, once', () => {
    const started = (productId: string, variantId?: string) => ({ kind: 'checkout-started', productId, variantId });
    const Items = [{ ProductID: '1111', Quantity: 1 }, { ProductID: '1112' }, { ProductID: '1111' }, 'Chai', null];
    expect(interestsIn('Started Checkout', { Items })).to.deep.equal([started('1111'), started('1112')]);
    const shopify = { Items: ['Chai'], $extra: { line_items: [{ product_id: 7, variant_id: 8 }] } };
    expect(interestsIn('Checkout Started', shopify)).to.deep.equal([started('7', '8')]);
  });

  it('is in nothing where no product is named', () => {
    for (const properties of [
      {},
      { ProductID: '' },
      { ProductID: 'x'.repeat(129) },
      { ProductID: null },
      { Items: {} },
    ]) {
      for (const name of ['Viewed Product', 'Added to Cart', 'Started Checkout']) {
        expect(interestsIn(name, properties), name).to.deep.equal([]);
      }
    }
    expect(interestsIn('Placed Order', { ProductID: '1' })).to.deep.equal([]);
    expect(interestsIn('Viewed Product', { Items: [[], 3, {}] })).to.deep.equal([]);
  });

  it('is taken of a hundred lines at the most', () => {
    const Items = Array.from({ length: 150 }, (_, n) => ({ ProductID: `p${n}` }));
    expect(interestsIn('Started Checkout', { Items })).to.have.lengthOf(100);
  });

  it('is shown by four metrics', () => {
    for (const name of ['Viewed Product', 'Added to Cart', 'Started Checkout', 'Checkout Started']) {
      expect(showsInterest(name), name).to.equal(true);
    }
    expect(showsInterest('Placed Order')).to.equal(false);
  });
});

import { expect } from 'chai';
import type { PriceDropTrigger } from '../../../src/domain/flow/flow-trigger.js';
import { catalogIdOf, externalIdOf } from '../../../src/domain/product/catalog-id.js';
import { comesDownTo } from '../../../src/domain/product/low-inventory.js';
import { isLargeEnough, priceDropOf } from '../../../src/domain/product/price-drop.js';

describe('A price drop', () => {
  it('is there where a price falls that was there before', () => {
    expect(priceDropOf(20, 15)).to.deep.equal({ amount: 5, percent: 25 });
    expect(priceDropOf(20, 0)).to.deep.equal({ amount: 20, percent: 100 });
    for (const [from, to] of [
      [15, 20],
      [20, 20],
      [null, 20],
      [20, null],
      [0, 0],
    ] as const) {
      expect(priceDropOf(from, to), `${from} to ${to}`).to.equal(undefined);
    }
  });

  it('is as large as decimals say, not as binary fractions do', () => {
    const trigger = (amount: number, unit: 'currency' | 'percent'): PriceDropTrigger => ({
      type: 'price-drop',
      amount,
      unit,
      currency: 'usd',
      audience: ['viewed'],
      timeframeDays: 30,
    });
    const large = (from: number, to: number, amount: number, unit: 'currency' | 'percent') =>
      isLargeEnough(priceDropOf(from, to) as { amount: number; percent: number }, trigger(amount, unit));
    expect(large(0.3, 0.2, 0.1, 'currency')).to.equal(true);
    expect(large(19.99, 17.991, 10, 'percent')).to.equal(true);
    expect(large(20, 15, 5, 'currency')).to.equal(true);
    expect(large(20, 15.01, 5, 'currency')).to.equal(false);
    expect(large(20, 15, 25, 'percent')).to.equal(true);
    expect(large(20, 15.01, 25, 'percent')).to.equal(false);
  });
});

describe('Low inventory', () => {
  it('is where a stock comes down to the count, and not where it is there already or unknown', () => {
    expect(comesDownTo(5, 6, 5)).to.equal(true);
    expect(comesDownTo(5, 40, 0)).to.equal(true);
    expect(comesDownTo(5, 5, 4)).to.equal(false);
    expect(comesDownTo(5, 7, 6)).to.equal(false);
    expect(comesDownTo(5, 4, 6)).to.equal(false);
    expect(comesDownTo(0, 1, 0)).to.equal(true);
    expect(comesDownTo(5, null, 5)).to.equal(false);
    expect(comesDownTo(5, 6, null)).to.equal(false);
  });
});

describe('Catalog ids', () => {
  it("are the shop's own with the integration and the catalog in front, as Klaviyo has them", () => {
    expect(catalogIdOf('SHIRT-1')).to.equal('$custom:::$default:::SHIRT-1');
    expect(externalIdOf('$custom:::$default:::SHIRT-1')).to.equal('SHIRT-1');
    expect(externalIdOf('SHIRT-1')).to.equal('SHIRT-1');
  });
});

import { expect } from 'chai';
import { TemplateCache } from '../../../src/infrastructure/templating/template-cache.js';

describe('TemplateCache', () => {
  it('drops what was used longest ago', () => {
    const cache = new TemplateCache<number>(2, 1000);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).to.equal(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).to.deep.equal([1, undefined, 3]);
    expect(cache.size).to.equal(2);
  });

  it('keeps to a number of characters', () => {
    const cache = new TemplateCache<number>(100, 10);
    cache.set('aaaa', 1);
    cache.set('bbbb', 2);
    cache.set('bbbb', 3);
    expect(cache.size).to.equal(2);
    cache.set('cccc', 4);
    expect([cache.get('aaaa'), cache.get('bbbb'), cache.get('cccc')]).to.deep.equal([undefined, 3, 4]);
    cache.set('d'.repeat(11), 5);
    expect(cache.size).to.equal(0);
  });
});

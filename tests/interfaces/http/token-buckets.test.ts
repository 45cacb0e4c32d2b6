import { expect } from 'chai';
import { TokenBuckets } from '../../../src/interfaces/http/token-buckets.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('Token buckets', () => {
  const allowedOf = (buckets: TokenBuckets, name: string, times: number): number =>
    Array.from({ length: times }, () => buckets.take(name).allowed).filter(Boolean).length;

  it('give a burst at once, and then what comes in by the second', () => {
    const clock = new ManualClock();
    const buckets = new TokenBuckets(2, 6, clock);
    expect(allowedOf(buckets, 'a', 10)).to.equal(6);
    clock.advance(1_000);
    expect(allowedOf(buckets, 'a', 10)).to.equal(2);
    clock.advance(3_600_000);
    expect(allowedOf(buckets, 'a', 10)).to.equal(6);
  });

  it('are one for each name', () => {
    const buckets = new TokenBuckets(1, 1, new ManualClock());
    expect([buckets.take('a'), buckets.take('a'), buckets.take('b')].map(({ allowed }) => allowed)).to.deep.equal([
      true,
      false,
      true,
    ]);
  });

  it('say when there is more', () => {
    const buckets = new TokenBuckets(0.5, 2, new ManualClock());
    expect(buckets.take('a')).to.deep.equal({ allowed: true, remaining: 1, retryAfter: 1, reset: 2 });
    expect(buckets.take('a')).to.deep.equal({ allowed: true, remaining: 0, retryAfter: 2, reset: 4 });
    expect(buckets.take('a')).to.deep.equal({ allowed: false, remaining: 0, retryAfter: 2, reset: 4 });
  });

  it('are refused for exactly as long as they say', () => {
    const clock = new ManualClock();
    const buckets = new TokenBuckets(0.5, 1, clock);
    buckets.take('a');
    const { retryAfter } = buckets.look('a');
    clock.advance(retryAfter * 1_000 - 1);
    expect(buckets.look('a').allowed).to.equal(false);
    clock.advance(1);
    expect(buckets.take('a').allowed).to.equal(true);
  });

  it('give nothing away when the clock is set back', () => {
    const clock = new ManualClock();
    const buckets = new TokenBuckets(1, 1, clock);
    buckets.take('a');
    clock.advance(-60_000);
    expect(buckets.take('a').allowed).to.equal(false);
  });

  it('forget who was not seen for longest, and nobody else', () => {
    const buckets = new TokenBuckets(1, 1, new ManualClock());
    buckets.take('first');
    buckets.take('second');
    for (let n = 0; n < 9_998; n++) buckets.take(`n${n}`);
    buckets.take('first');
    buckets.take('one more');
    expect(buckets.look('first').allowed).to.equal(false);
    expect(buckets.look('second').allowed).to.equal(true);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { DEFAULT_BACK_OFF, waitMs } from '../../../../src/infrastructure/event-store/eventstoredb/back-off.js';
import { random } from '../../../support/arbitraries.js';

describe('The pauses between tries', () => {
  it('double from 50 ms up to 2 s, a random half of them left out', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 1_000].map((tries) => waitMs(DEFAULT_BACK_OFF, tries, 1));
    expect(longest).to.deep.equal([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (tries, by) => {
        const most = waitMs(DEFAULT_BACK_OFF, tries, 1);
        expect(waitMs(DEFAULT_BACK_OFF, tries, by)).to.be.within(most / 2, most);
      }),
    );
  });
});

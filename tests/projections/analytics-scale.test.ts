import { expect } from 'chai';
import fc from 'fast-check';
import { inSteps, LONGEST_RANGE_MS, scaleOf } from '../../src/projections/analytics/analytics-scale.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 31, 9, 37);

describe('The scale of a range of time', () => {
  it('shows an hour by five minutes, a day by a quarter of an hour, a week by hours and a month by days', () => {
    const steps = [1, 24, 7 * 24, 14 * 24, 30 * 24].map((hours) => {
      const { span, step } = scaleOf({ from: NOW - hours * HOUR, to: NOW }, NOW);
      return [span, step / 60_000];
    });
    expect(steps).to.deep.equal([
      ['five_minutes', 5],
      ['five_minutes', 15],
      ['hour', 60],
      ['hour', 360],
      ['day', 1_440],
    ]);
  });

  it('shows what is older than counts of five minutes are kept by hours', () => {
    const from = NOW - 3 * 24 * HOUR;
    expect(scaleOf({ from, to: from + HOUR }, NOW).span).to.equal('hour');
  });

  it('makes whole steps of a range, at most 400, that hold all of it', () => {
    const length = fc.integer({ min: 1, max: LONGEST_RANGE_MS });
    fc.assert(
      fc.property(length, fc.integer({ min: 0, max: 400 * 24 * HOUR }), (ms, ago) => {
        const range = { from: NOW - ago - ms, to: NOW - ago };
        const scale = scaleOf(range, NOW);
        const { from, to } = inSteps(range, scale);
        expect(from)
          .to.be.at.most(range.from)
          .and.above(range.from - scale.step);
        expect(to)
          .to.be.at.least(range.to)
          .and.below(range.to + scale.step);
        expect((to - from) % scale.step).to.equal(0);
        expect((to - from) / scale.step).to.be.within(1, 400);
      }),
    );
  });
});

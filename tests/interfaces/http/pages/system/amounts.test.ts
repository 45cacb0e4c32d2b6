import { expect } from 'chai';
import {
  bytesInWords,
  countedTo,
  durationInWords,
  progressOf,
} from '../../../../../src/interfaces/http/pages/system/amounts.js';

describe('Amounts for people', () => {
  it('are bytes by a fitting unit', () => {
    const words = [0, 999, 1_000, 12_345, 999_499, 999_600, 1_240_000, 7.5e12, 9e15].map(bytesInWords);
    expect(words).to.deep.equal([
      '0 bytes',
      '999 bytes',
      '1 kB',
      '12.3 kB',
      '999 kB',
      '1 MB',
      '1.24 MB',
      '7.5 TB',
      '9,000 TB',
    ]);
  });

  it('are spans of time by two units', () => {
    const words = [-5, 0, 999, 1_000, 60_000, 200_000, 3_605_000, 7_260_000, 86_400_000, 90_061_000].map(
      durationInWords,
    );
    expect(words).to.deep.equal([
      '< 1 s',
      '< 1 s',
      '< 1 s',
      '1 s',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 1 min',
      '1 d',
      '1 d 1 h',
    ]);
  });

  it('are counts that say where they stopped', () => {
    expect([countedTo(999, 1_000), countedTo(1_000, 1_000)]).to.deep.equal(['999', '1,000 or more']);
  });

  it('are percents that reach 100 only at the end, and never go beyond', () => {
    expect(progressOf(0, 0).percent).to.equal(100);
    expect(progressOf(999_999, 1_000_000)).to.deep.equal({ percent: 99, text: 'position 999,999 of 1,000,000' });
    expect(progressOf(1_000_001, 1_000_000).percent).to.equal(100);
  });
});

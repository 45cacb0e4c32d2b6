import { expect } from 'chai';
import { retryAfterMs } from '../../../src/infrastructure/http-sender/retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('Retry-After (RFC 9110, section 10.2.3)', () => {
  const cases: [string, string, number | undefined][] = [
    ['seconds', '120', 120_000],
    ['no seconds', '0', 0],
    ['surrounding white space', ' 5 ', 5_000],
    ['an HTTP date to come', 'Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['an HTTP date gone by', 'Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['the obsolete form of a date', 'Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    ['more than a week', '99999999999', 604_800_000],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['words', 'soon', undefined],
    ['nothing', '', undefined],
    ['a bare year', '2026', 2_026_000],
  ];
  for (const [name, value, expected] of cases) {
    it(`reads ${name}`, () => expect(retryAfterMs(value, NOW)).to.equal(expected));
  }
});

import { expect } from 'chai';
import { Secret } from 'otpauth';
import { TotpCodes } from '../../../src/infrastructure/security/totp-codes.js';

describe('One-time codes', () => {
  const codes = new TotpCodes();
  /** RFC 6238, appendix B: the seed, and the last six of the eight digits for each time. */
  const SEED = Secret.fromLatin1('12345678901234567890').base32;
  const VECTORS: readonly (readonly [seconds: number, step: number, code: string])[] = [
    [59, 0x1, '287082'],
    [1_111_111_109, 0x23523ec, '081804'],
    [1_111_111_111, 0x23523ed, '050471'],
    [1_234_567_890, 0x273ef07, '005924'],
    [2_000_000_000, 0x3f940aa, '279037'],
    [20_000_000_000, 0x27bc86aa, '353130'],
  ];

  for (const [seconds, step, code] of VECTORS) {
    it(`are RFC 6238's: ${code} at ${seconds} s`, () => {
      expect(codes.stepOf(SEED, code, seconds * 1_000)).to.equal(step);
    });
  }

  it('may be one step early or late, and name the step that they belong to', () => {
    const [seconds, step, code] = VECTORS[3] as (typeof VECTORS)[number];
    const start = step * 30;
    expect(Math.floor(seconds / 30)).to.equal(step);
    for (const [at, answer] of [
      [start - 30, step],
      [start + 59, step],
      [start - 31, undefined],
      [start + 60, undefined],
    ] as const) {
      expect(codes.stepOf(SEED, code, at * 1_000), String(at - start)).to.equal(answer);
    }
  });

  it('are six digits, and the right ones', () => {
    for (const code of ['', '28708', '2870820', '94287082', '287083', 'abcdef', '28708 ']) {
      expect(codes.stepOf(SEED, code, 59_000), code).to.equal(undefined);
    }
  });

  it('come from a new seed of 160 bits each time', () => {
    const seeds = new Set(Array.from({ length: 20 }, () => codes.newSecret()));
    expect(seeds.size).to.equal(20);
    for (const seed of seeds) expect(seed).to.match(/^[A-Z2-7]{32}$/);
  });

  it('are set up by an address that says whose they are, for which service', () => {
    const url = new URL(codes.url(SEED, 'ana+test@example.com', 'hookledger'));
    expect(url.protocol + url.host).to.equal('otpauth:totp');
    expect(decodeURIComponent(url.pathname)).to.equal('/hookledger:ana+test@example.com');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      ...{ secret: SEED, issuer: 'hookledger', algorithm: 'SHA1', digits: '6', period: '30' },
    });
  });
});

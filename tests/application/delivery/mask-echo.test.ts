import { expect } from 'chai';
import fc from 'fast-check';
import { maskEcho } from '../../../src/application/delivery/mask-echo.js';
import type { AttemptOutcome } from '../../../src/domain/delivery/outcome.js';

const answer = (responseBody?: string): AttemptOutcome => ({
  kind: 'answer',
  statusCode: 200,
  durationMs: 1,
  ...(responseBody === undefined ? {} : { responseBody }),
});
const masked = (text: string, headers: Record<string, string>): unknown =>
  (maskEcho(answer(text), headers) as { responseBody: string }).responseBody;

describe('An answer that repeats what was sent', () => {
  const headers = { authorization: 'Bearer s3cret-token', 'x-key': 'a "quoted" key', short: 'abc' };

  it('is kept without the values of headers, in whatever way they are written', () => {
    expect(masked('got Bearer s3cret-token and s3cret-token', headers)).to.equal('got ••• and •••');
    expect(masked(JSON.stringify({ k: headers['x-key'] }), headers)).to.equal('{"k":"•••"}');
  });

  it('is kept so where it was cut in the middle of one', () => {
    expect(masked('…: s3cret-t', headers)).to.equal('…: •••');
    expect(masked('…: Bearer s3', headers)).to.equal('…: •••');
  });

  it('is as it is otherwise', () => {
    const plain = answer('{"accepted":true,"abc":1}');
    expect(maskEcho(plain, headers)).to.equal(plain);
    expect(maskEcho(answer(), headers)).to.deep.equal(answer());
    const none = { kind: 'no-answer', error: 'dns', message: 'Bearer s3cret-token', durationMs: 1 } as const;
    expect(maskEcho(none, headers)).to.equal(none);
  });

  it('never holds a value, whatever stands around it', () => {
    const value = fc.stringMatching(/^[!-~]{8,20}$/);
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        expect(masked(before + secret + after, { 'x-key': secret })).not.to.include(secret);
      }),
    );
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AttemptOutcome,
  type Classification,
  classify,
  codeOf,
  TRANSPORT_ERRORS,
  type TransportError,
} from '../../../src/domain/delivery/outcome.js';

const answer = (statusCode: number): AttemptOutcome => ({ kind: 'answer', statusCode, durationMs: 1 });
const noAnswer = (error: TransportError): AttemptOutcome => ({ kind: 'no-answer', error, message: '', durationMs: 1 });

const CODES: readonly (readonly [statusCode: number, expected: Classification, why: string])[] = [
  [101, 'skip', 'switches the protocol'],
  [103, 'skip', 'is no answer yet'],
  [200, 'succeeded', ''],
  [201, 'succeeded', ''],
  [202, 'succeeded', ''],
  [204, 'succeeded', ''],
  [299, 'succeeded', 'the last of the 2xx'],
  [300, 'skip', ''],
  [301, 'skip', 'redirects are not followed'],
  [302, 'skip', ''],
  [304, 'skip', ''],
  [308, 'skip', ''],
  [400, 'skip', ''],
  [401, 'skip', ''],
  [403, 'skip', ''],
  [404, 'skip', ''],
  [408, 'skip', 'not in the list, though it sounds like it'],
  [409, 'skip', ''],
  [410, 'skip', ''],
  [422, 'skip', ''],
  [425, 'skip', ''],
  [428, 'skip', ''],
  [429, 'retry', ''],
  [430, 'skip', ''],
  [499, 'skip', ''],
  [500, 'retry', ''],
  [501, 'skip', 'the one between'],
  [502, 'retry', ''],
  [503, 'retry', ''],
  [504, 'retry', ''],
  [505, 'skip', ''],
  [511, 'skip', ''],
  [520, 'skip', "a CDN's own"],
  [599, 'skip', ''],
];

const ERRORS: Readonly<Record<TransportError, Classification>> = {
  dns: 'retry',
  connection_refused: 'retry',
  connection_reset: 'retry',
  unreachable: 'retry',
  timeout: 'retry',
  worker_lost: 'retry',
  certificate: 'skip',
  protocol: 'skip',
  address_refused: 'skip',
};

describe('The outcome of an attempt', () => {
  for (const [statusCode, expected, why] of CODES) {
    it(`${statusCode}: ${expected}${why === '' ? '' : ` (${why})`}`, () => {
      expect(classify(answer(statusCode))).to.equal(expected);
    });
  }

  for (const error of TRANSPORT_ERRORS) {
    it(`${error}: ${ERRORS[error]}`, () => {
      expect(classify(noAnswer(error))).to.equal(ERRORS[error]);
    });
  }

  it('follows the rule for every code there is: 2xx, the five that may heal, all else', () => {
    const mayHeal = [429, 500, 502, 503, 504];
    for (let code = 100; code <= 599; code++) {
      const expected = Math.floor(code / 100) === 2 ? 'succeeded' : mayHeal.includes(code) ? 'retry' : 'skip';
      expect(classify(answer(code)), String(code)).to.equal(expected);
    }
  });

  it('does not depend on how long it took, on what the receiver asks for or on what it says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.nat(),
        fc.nat(),
        fc.string(),
        (statusCode, durationMs, retryAfterMs, responseBody) => {
          expect(classify({ kind: 'answer', statusCode, durationMs, retryAfterMs, responseBody })).to.equal(
            classify(answer(statusCode)),
          );
        },
      ),
    );
  });

  it('is counted by its code or its error', () => {
    expect(codeOf(answer(503))).to.equal('503');
    expect(codeOf(noAnswer('dns'))).to.equal('dns');
  });
});

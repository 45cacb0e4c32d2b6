import { expect } from 'chai';
import fc from 'fast-check';
import {
  backoffMs,
  DEFAULT_RETRY_POLICY,
  decideRetry,
  type RetryPolicy,
} from '../../../src/domain/delivery/retry-policy.js';
import { random } from '../../support/arbitraries.js';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const startedAt = Date.UTC(2026, 6, 15, 10);

const policy = DEFAULT_RETRY_POLICY;
const retry = fc.integer({ min: 1, max: policy.maxRetries });
/** The last random number below 1: the longest wait, within a millisecond. */
const ALMOST_ONE = 1 - Number.EPSILON;

/** Plays a delivery whose attempts all fail: when each attempt was due, and why there was no further one. */
function schedule(
  of: RetryPolicy,
  failures: readonly { random: number; durationMs: number; retryAfterMs?: number | undefined }[],
): { due: number[]; reason: 'retries_used_up' | 'window_over' | 'still_going' } {
  const due: number[] = [];
  let attemptedAt = startedAt;
  for (const [index, failure] of failures.entries()) {
    const decision = decideRetry(of, {
      retry: index + 1,
      random: failure.random,
      startedAt,
      failedAt: attemptedAt + failure.durationMs,
      retryAfterMs: failure.retryAfterMs,
    });
    if (!decision.retry) return { due, reason: decision.reason };
    attemptedAt = decision.dueAt;
    due.push(decision.dueAt);
  }
  return { due, reason: 'still_going' };
}

const failure = fc.record({
  random,
  durationMs: fc.nat({ max: 60 * SECOND }),
  retryAfterMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat({ max: 2 * DAY }) },
  ),
});

describe('The retry policy', () => {
  it("is Klaviyo's: up to 17 retries within 24 hours", () => {
    expect(policy.maxRetries).to.equal(17);
    expect(policy.windowMs).to.equal(DAY);
  });

  describe('the back-off', () => {
    const LONGEST_SECONDS = [
      5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_240, 10_800, 10_800, 10_800, 10_800, 10_800,
    ];

    it('doubles from five seconds to three hours', () => {
      const longest = LONGEST_SECONDS.map((_, index) => backoffMs(policy, index + 1, ALMOST_ONE));
      expect(longest).to.deep.equal(LONGEST_SECONDS.map((seconds) => seconds * SECOND));
    });

    it('is spread by the random number, from one second on', () => {
      expect(backoffMs(policy, 1, 0)).to.equal(SECOND);
      expect(backoffMs(policy, 1, 0.5)).to.equal(3 * SECOND);
      expect(backoffMs(policy, 3, 0)).to.equal(SECOND);
      expect(backoffMs(policy, 3, 0.5)).to.equal(10.5 * SECOND);
      expect(backoffMs(policy, 17, 0)).to.equal(SECOND);
    });

    it('lies between the shortest and the longest wait', () => {
      fc.assert(
        fc.property(retry, random, (number, r) => {
          const wait = backoffMs(policy, number, r);
          expect(wait).to.be.within(policy.minBackoffMs, (LONGEST_SECONDS[number - 1] as number) * SECOND);
          expect(wait).to.satisfy(Number.isInteger);
        }),
      );
    });

    it('gets no shorter from retry to retry, for the same random number', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1_000 }), random, (number, r) => {
          expect(backoffMs(policy, number + 1, r)).to.be.at.least(backoffMs(policy, number, r));
        }),
      );
    });

    it('is multiplied by the scale', () => {
      expect(backoffMs({ ...policy, scale: 0.01 }, 1, 0.5)).to.equal(30);
      expect(backoffMs({ ...policy, scale: 0 }, 9, 0.5)).to.equal(0);
      fc.assert(
        fc.property(retry, random, fc.double({ min: 0, max: 10, noNaN: true }), (number, r, scale) => {
          const scaled = backoffMs({ ...policy, scale }, number, r);
          // Both are rounded to whole milliseconds, the unscaled one before this multiplication.
          expect(scaled).to.be.closeTo(backoffMs(policy, number, r) * scale, 0.5 + scale / 2 + 1e-6);
        }),
      );
    });

    it('is the shortest wait where the longest would be below it', () => {
      expect(backoffMs({ ...policy, firstBackoffMs: 10, minBackoffMs: 200 }, 1, 0.9)).to.equal(200);
    });
  });

  describe('the decision', () => {
    const attempt = { retry: 1, random: 0, startedAt, failedAt: startedAt + 100 };

    it('counts the back-off from the failure', () => {
      expect(decideRetry(policy, attempt)).to.deep.equal({ retry: true, dueAt: startedAt + 100 + SECOND });
    });

    it('stops after the 17th retry', () => {
      expect(decideRetry(policy, { ...attempt, retry: 17 })).to.include({ retry: true });
      expect(decideRetry(policy, { ...attempt, retry: 18 })).to.deep.equal({ retry: false, reason: 'retries_used_up' });
    });

    it('makes the last attempt at the end of the window, and none beyond it', () => {
      const last = startedAt + DAY - SECOND;
      expect(decideRetry(policy, { ...attempt, failedAt: last })).to.deep.equal({
        retry: true,
        dueAt: startedAt + DAY,
      });
      expect(decideRetry(policy, { ...attempt, failedAt: last + 1 })).to.deep.equal({
        retry: false,
        reason: 'window_over',
      });
    });

    it('honours Retry-After where it is later than the back-off, and only there', () => {
      const wait = (retryAfterMs: number) => decideRetry(policy, { ...attempt, retryAfterMs });
      expect(wait(2 * SECOND)).to.deep.equal({ retry: true, dueAt: startedAt + 100 + 2 * SECOND });
      expect(wait(999)).to.deep.equal({ retry: true, dueAt: startedAt + 100 + SECOND });
      expect(wait(0)).to.deep.equal({ retry: true, dueAt: startedAt + 100 + SECOND });
      expect(wait(-5 * SECOND)).to.deep.equal({ retry: true, dueAt: startedAt + 100 + SECOND });
    });

    it('does not wait beyond the window because a receiver asks for it', () => {
      for (const retryAfterMs of [DAY, 1e18, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
        expect(decideRetry(policy, { ...attempt, retryAfterMs })).to.deep.equal({
          retry: false,
          reason: 'window_over',
        });
      }
    });

    it('scales the back-off and not what the receiver asks for', () => {
      const fast = { ...policy, scale: 0.001 };
      expect(decideRetry(fast, attempt)).to.deep.equal({ retry: true, dueAt: startedAt + 101 });
      expect(decideRetry(fast, { ...attempt, retryAfterMs: 7 * SECOND })).to.deep.equal({
        retry: true,
        dueAt: startedAt + 100 + 7 * SECOND,
      });
    });

    it('is never earlier than the back-off or than what the receiver asks for', () => {
      fc.assert(
        fc.property(retry, random, fc.nat({ max: 12 * HOUR }), fc.nat({ max: 8 * HOUR }), (number, r, ago, asked) => {
          const failedAt = startedAt + ago;
          const decision = decideRetry(policy, { retry: number, random: r, startedAt, failedAt, retryAfterMs: asked });
          expect(decision).to.deep.equal({
            retry: true,
            dueAt: failedAt + Math.max(backoffMs(policy, number, r), asked),
          });
        }),
      );
    });

    it('is the same for the same attempt', () => {
      fc.assert(
        fc.property(retry, failure, (number, { random: r, durationMs, retryAfterMs }) => {
          const input = Object.freeze({
            retry: number,
            random: r,
            startedAt,
            failedAt: startedAt + durationMs,
            retryAfterMs,
          });
          expect(decideRetry(policy, input)).to.deep.equal(decideRetry(Object.freeze({ ...policy }), input));
        }),
      );
    });
  });

  describe('the whole schedule', () => {
    it('fits all 17 retries into the window at its longest, in 20.7 hours', () => {
      const slowest = Array.from({ length: 18 }, () => ({ random: ALMOST_ONE, durationMs: 0 }));
      const { due, reason } = schedule(policy, slowest);
      expect(due).to.have.length(17);
      expect(reason).to.equal('retries_used_up');
      expect(((due.at(-1) as number) - startedAt) / HOUR).to.be.closeTo(20.7, 0.05);
    });

    it('has at most 17 retries and never leaves the window, whatever the randoms, durations and Retry-Afters', () => {
      fc.assert(
        fc.property(fc.array(failure, { minLength: 30, maxLength: 30 }), (failures) => {
          const { due, reason } = schedule(policy, failures);
          expect(reason).not.to.equal('still_going');
          expect(due.length).to.be.at.most(17);
          for (const time of due) expect(time).to.be.within(startedAt, startedAt + DAY);
          expect(due).to.deep.equal(due.toSorted((a, b) => a - b));
        }),
      );
    });

    it('uses all 17 retries where the receiver asks for nothing and answers within a minute', () => {
      const quiet = failure.map(({ random: r, durationMs }) => ({ random: r, durationMs }));
      fc.assert(
        fc.property(fc.array(quiet, { minLength: 18, maxLength: 18 }), (failures) => {
          const { due, reason } = schedule(policy, failures);
          expect(due).to.have.length(17);
          expect(reason).to.equal('retries_used_up');
        }),
      );
    });
  });
});

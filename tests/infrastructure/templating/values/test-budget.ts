import type { Budget } from '../../../../src/infrastructure/templating/values/value.js';

/** Thrown by a budget that is used up. */
export class LimitHit extends Error {}

/** Counts what is charged, against the bounds that renderings have. */
export class TestBudget implements Budget {
  used = 0;

  constructor(
    private readonly maxWork = 40_000_000,
    private readonly maxText = 1024 * 1024,
  ) {}

  charge(units: number): void {
    if (!(units >= 0)) throw new Error(`${units} was charged`);
    this.used += units;
    if (this.used > this.maxWork) throw new LimitHit('work');
  }

  chargeText(length: number): void {
    if (!(length >= 0)) throw new Error(`a text of ${length} was charged`);
    if (length > this.maxText) throw new LimitHit('text');
  }
}

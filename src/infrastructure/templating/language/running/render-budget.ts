import type { Budget } from '../../values/value.js';
import { limitExceeded, MAX_LOOP_STEPS, MAX_OUTPUT, MAX_TIME, MAX_WORK } from '../limits.js';

/** Work between two looks at the clock. */
const CLOCK_INTERVAL = 200_000;

/** What one rendering has done, of what it may do. */
export class RenderBudget implements Budget {
  private work = 0;
  private nextLook = CLOCK_INTERVAL;
  private written = 0;
  private turns = 0;
  /** Since the first look: most renderings are over before it. */
  private started: number | undefined;

  charge(units: number): void {
    this.work += units;
    if (this.work > this.nextLook) this.look();
  }

  chargeText(length: number): void {
    if (length > MAX_OUTPUT) throw limitExceeded(`A text in the template grew over ${MAX_OUTPUT} characters.`);
  }

  /** A text is written, to the body or to a block that a tag captures. */
  write(length: number): void {
    this.written += length;
    if (this.written > MAX_OUTPUT) throw limitExceeded(`The template writes over ${MAX_OUTPUT} characters.`);
  }

  /** A turn of a loop that has so many statements and values in it. */
  turn(size: number): void {
    this.charge(size);
    if (++this.turns > MAX_LOOP_STEPS) throw limitExceeded(`The template's loops take over ${MAX_LOOP_STEPS} turns.`);
  }

  private look(): void {
    if (this.work > MAX_WORK) throw limitExceeded('The template does too much work for one rendering.');
    const now = performance.now();
    this.started ??= now;
    if (now - this.started > MAX_TIME) {
      throw limitExceeded(`The template takes over ${MAX_TIME} milliseconds for one rendering.`);
    }
    this.nextLook = this.work + CLOCK_INTERVAL;
  }
}

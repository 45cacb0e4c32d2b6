import { injectable } from 'inversify';
import type { Clock } from '../../application/ports/clock.js';

/** setTimeout's longest wait; a longer one is made of several. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** The machine's time. Its timers keep the process alive no longer than it otherwise lives. */
@injectable()
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(epochMs: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const wait = epochMs - Date.now();
      timer = wait > LONGEST_TIMEOUT ? setTimeout(arm, LONGEST_TIMEOUT) : setTimeout(callback, Math.max(0, wait));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  }
}

import type { Position } from '../../application/ports/event-store.js';

/** Progress on one line of a terminal; nothing where nobody looks. */
export function progressLine(): { show(position: Position, head: Position): void; end(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  return {
    show: (position, head) => process.stderr.write(`\rup to position ${position} of ${head} …`),
    end: () => process.stderr.write('\r\x1b[K'),
  };
}

import type { ReadAllOptions } from '../../application/ports/event-store.js';

const DEFAULT_BATCH_SIZE = 1_000;

/** @throws RangeError where a batch would hold nothing */
export function batchSizeOf({ batchSize = DEFAULT_BATCH_SIZE }: ReadAllOptions): number {
  // SQLite and gRPC take whole numbers; JavaScript's Infinity is none.
  if (batchSize >= 1) return Math.min(Math.floor(batchSize), Number.MAX_SAFE_INTEGER - 1);
  throw new RangeError(`A batch holds at least one event, not ${batchSize}.`);
}

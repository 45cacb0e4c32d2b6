import type { Position } from './event-store.js';

/** How far a process manager has read. Kept on the read side: after its loss the process starts over, which does no harm. */
export interface Checkpoints {
  load(name: string): Promise<Position>;
  save(name: string, position: Position): Promise<void>;
}

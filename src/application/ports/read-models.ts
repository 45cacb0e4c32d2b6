import type { Position } from './event-store.js';

/** Lets a writer wait until what it wrote can be read. */
export interface ReadModels {
  /** Resolves once the projections of these names have applied the events up to `position`; every projection, where none is named. */
  caughtUpTo(position: Position, projections?: readonly string[]): Promise<void>;
}

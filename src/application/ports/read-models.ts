import type { Position } from './event-store.js';

/** Lets a writer wait until what it wrote can be read. */
export interface ReadModels {
  /** Resolves once every projection has applied the events up to `position`. */
  caughtUpTo(position: Position): Promise<void>;
}

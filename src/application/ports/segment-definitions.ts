import type { Filter } from '../../domain/filter/filter.js';

/** The read side that every change of a profile asks: which segments follow from conditions. */
export interface SegmentDefinitions {
  /** From memory, as of the last event projected; in the order of their creation. */
  all(): readonly DefinedSegment[];
}

export interface DefinedSegment {
  segmentId: string;
  name: string;
  definition: Filter;
}

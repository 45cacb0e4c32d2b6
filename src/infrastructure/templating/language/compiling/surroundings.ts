import type { Scope } from './scope.js';

/** What a statement's place in the template decides about it. */
export interface Surroundings {
  readonly scope: Scope;
  /** Whether values are escaped for HTML: that of the nearest `autoescape`. */
  readonly html: boolean;
  /** Inside of a block whose text becomes a value, which is written to the JSON as a whole. */
  readonly captured: boolean;
}

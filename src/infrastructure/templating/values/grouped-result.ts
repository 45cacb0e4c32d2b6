import { Tuple, type Value } from './value.js';

/** What `regroup` makes of each run of like items. */
export class GroupedResult extends Tuple {
  constructor(
    readonly grouper: Value,
    readonly list: readonly Value[],
  ) {
    super([grouper, list]);
  }
}

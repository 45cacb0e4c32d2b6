import type { FilterContext } from '../../filters/filter.js';
import type { Dict, Value } from '../../values/value.js';
import type { AnyNode, IfChangedNode } from '../parsing/nodes.js';
import { RenderBudget } from './render-budget.js';

const NO_SLOTS: Value[] = [];
const NO_CYCLES: number[] = [];

/** The state of one rendering. */
export class Rendering extends RenderBudget implements FilterContext {
  readonly budget = this;
  /** What is being rendered, for errors. */
  node: AnyNode | undefined;
  /** Values that tags gave to names, by the slots that compiling has chosen; undefined where there is none now. */
  readonly slots: Value[];
  /** How often each cycle was taken, by its number. */
  readonly cycles: number[];
  private seen: Map<unknown, Map<IfChangedNode, string | readonly Value[]>> | undefined;

  constructor(
    readonly variables: Dict,
    public autoescape: boolean,
    readonly now: () => number,
    slots: number,
    cycles: number,
  ) {
    super();
    this.slots = slots === 0 ? NO_SLOTS : new Array<Value>(slots).fill(undefined);
    this.cycles = cycles === 0 ? NO_CYCLES : new Array<number>(cycles).fill(0);
  }

  /** What `ifchanged` tags have seen in a loop, or outside of loops. */
  seenIn(forloop: object | undefined): Map<IfChangedNode, string | readonly Value[]> {
    this.seen ??= new Map();
    let seen = this.seen.get(forloop);
    if (seen === undefined) {
      seen = new Map();
      this.seen.set(forloop, seen);
    }
    return seen;
  }

  /** Forgets what was seen in a loop that is over. */
  forgetSeen(forloop: object): void {
    this.seen?.delete(forloop);
  }
}

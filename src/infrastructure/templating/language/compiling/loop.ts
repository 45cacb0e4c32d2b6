import { iterate, lengthOf } from '../../values/iterating.js';
import { type Dict, PyError, type Value } from '../../values/value.js';
import type { ForNode } from '../parsing/nodes.js';
import type { Rendering } from '../running/rendering.js';
import type { Part, Resolve } from './part.js';

/** `forloop`, kept up to date by its loop. */
interface ForLoop {
  [key: string]: Value;
  parentloop: Value;
  counter0: number;
  counter: number;
  revcounter: number;
  revcounter0: number;
  first: boolean;
  last: boolean;
}

export interface LoopParts {
  readonly node: ForNode;
  readonly list: Resolve;
  /** The slot of `forloop`; undefined where nothing asks for it. */
  readonly forloop: number | undefined;
  /** `forloop` of the loop around. */
  readonly parent: Resolve;
  /** The slots of the loop's names. */
  readonly names: readonly number[];
  /** All slots of the loop's scope, and of that of each turn if that is another. */
  readonly slots: readonly number[];
  readonly turnSlots: readonly number[];
  readonly body: Part;
  readonly empty: Part;
  /** Statements and values in the body. */
  readonly size: number;
}

export function loop(parts: LoopParts): Part {
  const { node, list, forloop, parent, names, slots, turnSlots, body, empty, size } = parts;
  const [name = 0] = names;
  const unpacks = names.length > 1;
  return (run) => {
    const items = itemsOf(list(run), node, run);
    const count = items.length;
    if (count === 0) {
      const text = empty(run);
      clear(run, slots);
      return text;
    }
    const state = forloop === undefined ? undefined : startedLoop(parent(run), count);
    if (forloop !== undefined) run.slots[forloop] = state;
    let text = '';
    for (let turn = 0; turn < count; turn++) {
      run.budget.turn(size);
      if (state !== undefined) advance(state, turn, count);
      const item = items[node.reversed ? count - 1 - turn : turn];
      if (unpacks) {
        run.node = node;
        unpack(item, names, run);
      } else {
        run.slots[name] = item === undefined ? null : item;
      }
      text += body(run);
      if (unpacks) clear(run, turnSlots);
    }
    clear(run, slots);
    if (state !== undefined) run.forgetSeen(state);
    return text;
  };
}

function itemsOf(list: Value, node: ForNode, run: Rendering): readonly Value[] {
  if (Array.isArray(list)) return list;
  if (list === undefined || list === null) return [];
  run.node = node;
  return iterate(list, run.budget);
}

function startedLoop(parent: Value, count: number): ForLoop {
  return {
    parentloop: parent === undefined ? NO_LOOP : parent,
    counter0: 0,
    counter: 1,
    revcounter: count,
    revcounter0: count - 1,
    first: true,
    last: count === 1,
  };
}

const NO_LOOP: Dict = Object.freeze({});

function advance(state: ForLoop, turn: number, count: number): void {
  state.counter0 = turn;
  state.counter = turn + 1;
  state.revcounter = count - turn;
  state.revcounter0 = count - turn - 1;
  state.first = turn === 0;
  state.last = turn === count - 1;
}

function unpack(item: Value, names: readonly number[], run: Rendering): void {
  const length = lengthOf(item) ?? 1;
  if (length !== names.length) {
    throw new PyError('ValueError', `the loop has ${names.length} names, but the item has ${length} values for them`);
  }
  const values = iterate(item, run.budget);
  for (let index = 0; index < names.length; index++) {
    const value = values[index];
    run.slots[names[index] as number] = value === undefined ? null : value;
  }
}

function clear(run: Rendering, slots: readonly number[]): void {
  for (let index = 0; index < slots.length; index++) run.slots[slots[index] as number] = undefined;
}

import { equals } from '../../values/comparing.js';
import { GroupedResult } from '../../values/grouped-result.js';
import { iterate } from '../../values/iterating.js';
import type { Value } from '../../values/value.js';
import type { Rendering } from '../running/rendering.js';
import type { Resolve } from './part.js';

/** Runs of items that have the same key. The key is looked up in `slot`, which holds each item in turn. */
export function regrouped(list: Value, key: Resolve, slot: number, run: Rendering): readonly Value[] {
  if (list === undefined || list === null) return [];
  const groups: GroupedResult[] = [];
  let items: Value[] = [];
  for (const item of iterate(list, run.budget)) {
    run.budget.charge(1);
    run.slots[slot] = item;
    const grouper = key(run) ?? null;
    const group = groups.at(-1);
    if (group === undefined || !equals(group.grouper, grouper, run.budget)) {
      items = [];
      groups.push(new GroupedResult(grouper, items));
    }
    items.push(item);
  }
  return groups;
}

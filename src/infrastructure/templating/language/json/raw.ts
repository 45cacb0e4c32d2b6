import type { Filter } from '../../filters/filter.js';
import type { Expression } from '../parsing/nodes.js';

/** Whether a value is written as it is in a JSON body: `safe`, and behind it only filters that keep texts safe. */
export function isRaw(expression: Expression, filters: ReadonlyMap<string, Filter>): boolean {
  let link = expression;
  while (link.typename === 'Filter') {
    if (link.name.value === 'safe') return true;
    if (filters.get(link.name.value)?.isSafe !== true) return false;
    link = link.args.children[0] as Expression;
  }
  return false;
}

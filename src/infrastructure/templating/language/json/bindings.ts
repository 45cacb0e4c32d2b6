import type { AnyNode, Body, Statement } from '../parsing/nodes.js';
import { walk } from '../parsing/walk.js';

/** How many tags of a template give a name a value. `forloop`, which every loop sets, counts only where a tag names it. */
export function bindingsOf(body: Body): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  walk(body, (node) => {
    for (const name of boundBy(node)) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return counts;
}

function boundBy(node: AnyNode): readonly string[] {
  const statement = node as Statement;
  switch (statement.typename) {
    case 'ForLoop':
      return statement.name.children.map(({ value }) => value);
    case 'With':
      return statement.names;
    case 'Cycle':
    case 'FirstOf':
    case 'Moment':
    case 'WidthRatio':
    case 'Regroup':
      return statement.target === null ? [] : [statement.target];
    default:
      return [];
  }
}

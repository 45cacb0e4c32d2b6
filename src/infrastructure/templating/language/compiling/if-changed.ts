import { equals } from '../../values/comparing.js';
import type { Value } from '../../values/value.js';
import type { IfChangedNode } from '../parsing/nodes.js';
import type { Part, Resolve } from './part.js';

/** `ifchanged`: what it has seen belongs to the loop around it, so that a loop that begins anew sees a change. */
export function ifChanged(
  node: IfChangedNode,
  values: readonly Resolve[],
  body: Part,
  otherwise: Part,
  forloop: Resolve,
): Part {
  return (run) => {
    run.node = node;
    const frame = forloop(run);
    const seen = run.seenIn(typeof frame === 'object' && frame !== null ? frame : undefined);
    const before = seen.get(node);
    if (values.length === 0) {
      const text = body(run);
      if (before === text) return otherwise(run);
      seen.set(node, text);
      // As in Django, an empty text is rendered again.
      return text === '' ? body(run) : text;
    }
    const now = values.map((value) => value(run) ?? null);
    if (Array.isArray(before) && equals(before as readonly Value[], now, run.budget)) return otherwise(run);
    seen.set(node, now);
    return body(run);
  };
}

import type { AnyNode } from './nodes.js';

/** Visits a node and everything inside of it. */
export function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node);
  for (const field of fieldsOf(node)) {
    const value: unknown = Reflect.get(node, field);
    // A cycle that is named again belongs to its own place.
    if (field === 'cycle') continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, visit);
    } else if (isNode(value)) {
      walk(value, visit);
    }
  }
}

function fieldsOf(node: AnyNode): readonly string[] {
  return (node as AnyNode & { readonly fields: readonly string[] }).fields;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'typename' in value && 'fields' in value;
}

import type { Value } from '../../values/value.js';
import { strip, words } from '../../values/white-space.js';

/** Python's methods of texts that need no argument, and that Django lets templates read: `name.upper`. */
const ATTRIBUTES: ReadonlyMap<string, (text: string) => Value> = new Map<string, (text: string) => Value>([
  ['upper', (text) => text.toUpperCase()],
  ['lower', (text) => text.toLowerCase()],
  ['capitalize', capitalized],
  ['title', (text) => text.replace(/\p{L}+/gu, capitalized)],
  ['strip', strip],
  ['split', words],
]);

export function textAttribute(text: string, name: string): Value {
  return ATTRIBUTES.get(name)?.(text);
}

function capitalized(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

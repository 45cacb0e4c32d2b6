import { type Budget, NAME_COST } from './limits.js';

// Any but plain characters: quote, backslash, controls, surrogates (which may be alone), and the two line separators,
// which are valid in JSON, but not in the JavaScript of before 2019 that a receiver may paste it into.
const NEEDS_ESCAPE = /[^ !#-[\]-\u2027\u202a-\ud7ff\ue000-\uffff]/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A value outside of string literals: JSON of itself; a string that is a JSON number stays bare; missing is null. */
export function jsonValue(value: unknown, budget: Budget): string {
  if (typeof value === 'string') return JSON_NUMBER.test(value) ? value : quoted(value);
  return jsonText(value, budget);
}

/** A value inside a string literal: strings as they are, other values as their JSON, missing and null as nothing. */
export function jsonStringText(value: unknown, budget: Budget): string {
  return escapeJsonText(unescapedText(value, budget));
}

/** What `jsonStringText` escapes. */
export function unescapedText(value: unknown, budget: Budget): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : jsonText(value, budget);
}

/** JSON of a value; what JSON can't hold, such as NaN, is null. */
export function jsonText(value: unknown, budget: Budget, indent = 0): string {
  if (typeof value === 'object' && value !== null) chargeForNodes(value, budget, indent, 1);
  return JSON.stringify(value, null, indent) ?? 'null';
}

function quoted(text: string): string {
  return `"${escapeJsonText(text)}"`;
}

function escapeJsonText(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'));
}

/** A list may hold another many times (`{% set x = [x, x] %}` in a loop), so its JSON is measured before it is made. */
function chargeForNodes(value: object, budget: Budget, indent: number, depth: number): void {
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (items !== value) budget.charge(items.length * NAME_COST);
  for (const item of items) {
    budget.charge(typeof item === 'string' ? 1 + item.length + indent * depth : 1 + indent * depth);
    if (typeof item === 'object' && item !== null) chargeForNodes(item, budget, indent, depth + 1);
  }
}

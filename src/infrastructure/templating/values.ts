import { assertTextLength, type Budget } from './limits.js';

/** Text that is written as it is, whatever the mode of escaping. */
export class SafeText {
  constructor(readonly text: string) {}

  toJSON(): string {
    return this.text;
  }
}

/** An empty text needs no mark, and stays false in conditions. */
export function markSafe(text: string): SafeText | string {
  return text === '' ? text : new SafeText(text);
}

/** The value without its mark. */
export function plain(value: unknown): unknown {
  return value instanceof SafeText ? value.text : value;
}

export function isDictionary(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Own data only: entries of dictionaries, items of lists, characters of texts; anything else is undefined. */
export function member(container: unknown, key: unknown): unknown {
  const name = plain(key);
  if (typeof name !== 'string' && typeof name !== 'number') return undefined;
  const target = plain(container);
  if (typeof target === 'string' || Array.isArray(target)) {
    const index = typeof name === 'number' ? name : /^(?:0|[1-9]\d{0,9})$/.test(name) ? Number(name) : -1;
    return Number.isInteger(index) && index >= 0 && index < target.length ? noFunction(target[index]) : undefined;
  }
  return isDictionary(target) && Object.hasOwn(target, name) ? noFunction(target[name]) : undefined;
}

/** JSON holds no functions; should a host pass one in, templates can't see it. */
export function noFunction(value: unknown): unknown {
  return typeof value === 'function' ? undefined : value;
}

/** The text of a value as nunjucks writes it: nothing for null, items joined by commas. */
export function textOf(value: unknown, budget: Budget): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return '';
      if (value instanceof SafeText) return value.text;
      if (Array.isArray(value)) return joinTexts(value, ',', budget);
      return '[object Object]';
    default:
      return '';
  }
}

export function joinTexts(items: readonly unknown[], separator: string, budget: Budget): string {
  let joined = '';
  for (let index = 0; index < items.length; index++) {
    const text = textOf(items[index], budget);
    joined += index === 0 ? text : separator + text;
    budget.charge(1 + text.length);
    assertTextLength(joined.length);
  }
  return joined;
}

/** A number for arithmetic, as JavaScript has it, save that lists and dictionaries are never converted. */
export function numberOf(value: unknown): number {
  const operand = plain(value);
  if (typeof operand === 'string') return operand.length > 1000 ? Number.NaN : Number(operand);
  return typeof operand === 'object' && operand !== null ? Number.NaN : Number(operand);
}

const HTML_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#x27;'],
]);

/** Django's five entities. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => HTML_ENTITIES.get(character) ?? '') : text;
}

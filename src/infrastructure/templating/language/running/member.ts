import { dateFields, timeFields } from '../../dates/fields.js';
import { codePointsOf } from '../../values/code-points.js';
import { DictView, type DictViewKind } from '../../values/dict-view.js';
import { GroupedResult } from '../../values/grouped-result.js';
import { type Dict, PyDate, PyDateTime, PyTime, SafeText, Tuple, type Value } from '../../values/value.js';
import { textAttribute } from './text-attributes.js';

/** A name in a path, such as `0` in `items.0`. */
export interface Key {
  readonly name: string;
  /** What Python's `int()` makes of it; undefined where it is no whole number. */
  readonly index: number | undefined;
}

export function keyOf(name: string): Key {
  return { name, index: /^[0-9](?:_?[0-9])*$/.test(name) ? Number(name.replaceAll('_', '')) : undefined };
}

/**
 * Django's look-up of a name in a value: an entry of a dict, then an attribute, then an item by its index. Only own
 * properties of dicts and lists are reached; undefined where there is nothing.
 */
export function member(container: Value, key: Key): Value {
  if (typeof container === 'object' && container !== null) {
    if (Array.isArray(container)) return key.index === undefined ? undefined : itemAt(container, key.index);
    const prototype: unknown = Object.getPrototypeOf(container);
    return prototype === Object.prototype || prototype === null
      ? entry(container as Dict, key)
      : attribute(container as Exclude<typeof container, Dict | readonly Value[]>, key);
  }
  return typeof container === 'string' ? characterOrAttribute(container, key) : undefined;
}

/** An own property of a dict. Should a host pass in functions, templates can't see them. */
export function ownEntry(dict: Dict, name: string): Value {
  if (!Object.hasOwn(dict, name)) return undefined;
  const value = dict[name];
  return typeof value === 'function' ? undefined : value;
}

function entry(dict: Dict, key: Key): Value {
  if (Object.hasOwn(dict, key.name)) {
    const value = dict[key.name];
    return typeof value === 'function' ? undefined : value;
  }
  return key.name === 'items' || key.name === 'keys' || key.name === 'values'
    ? new DictView(key.name satisfies DictViewKind, dict)
    : undefined;
}

function itemAt(items: readonly Value[], index: number): Value {
  const item = index < items.length ? items[index] : undefined;
  return typeof item === 'function' ? undefined : item;
}

function characterOrAttribute(text: string, { name, index }: Key): Value {
  if (index === undefined) return textAttribute(text, name);
  return index < text.length ? codePointsOf(text)[index] : undefined;
}

function attribute(container: Exclude<Value, Dict | readonly Value[]>, key: Key): Value {
  if (container instanceof SafeText) return characterOrAttribute(container.text, key);
  if (container instanceof Tuple) {
    if (container instanceof DictView) return undefined;
    if (container instanceof GroupedResult && key.name === 'grouper') return container.grouper;
    if (container instanceof GroupedResult && key.name === 'list') return container.list;
    return key.index === undefined ? undefined : itemAt(container.items, key.index);
  }
  if (container instanceof PyDateTime || container instanceof PyDate || container instanceof PyTime) {
    const fields: Readonly<Record<string, unknown>> = { ...dateFields(container), ...timeFields(container) };
    const value = Object.hasOwn(fields, key.name) ? fields[key.name] : undefined;
    return typeof value === 'number' ? value : undefined;
  }
  return undefined;
}

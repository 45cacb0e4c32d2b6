import { isoText } from '../../dates/iso-text.js';
import { DictView } from '../../values/dict-view.js';
import { floatText } from '../../values/float-text.js';
import { str } from '../../values/printing.js';
import {
  type Budget,
  PyDate,
  PyDateTime,
  PyError,
  PyFloat,
  PyTime,
  SafeText,
  Tuple,
  type Value,
} from '../../values/value.js';

/** Levels of lists and dicts. */
const MAX_DEPTH = 500;

/**
 * JSON as Django's encoder for JSON in pages writes it: ASCII only, a blank behind commas and colons, dates in ISO 8601.
 * @throws PyError ValueError for what is nested too deeply
 */
export function jsonText(value: Value, budget: Budget, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return quoted(value, budget);
    case 'number':
      return Number.isInteger(value) ? str(value, budget) : floatText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return '""';
    case 'bigint':
      return str(value, budget);
    default:
      return value === null ? 'null' : objectText(value, budget, depth);
  }
}

function objectText(value: Extract<Value, object>, budget: Budget, depth: number): string {
  if (value instanceof SafeText) return quoted(value.text, budget);
  if (value instanceof PyFloat) return floatJson(value.value);
  if (value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTime) return `"${dateJson(value)}"`;
  if (value instanceof DictView)
    throw new PyError('TypeError', `Object of type dict_${value.kind} is not JSON serializable`);
  if (depth >= MAX_DEPTH)
    throw new PyError('ValueError', `Values nested deeper than ${MAX_DEPTH} levels make no JSON.`);
  const items = value instanceof Tuple ? value.items : value;
  const pieces = Array.isArray(items)
    ? (items as readonly Value[]).map((item) => pieceOf('', item, budget, depth))
    : Object.entries(items as { readonly [key: string]: Value }).map(([key, item]) =>
        pieceOf(`${quoted(key, budget)}: `, item, budget, depth),
      );
  budget.charge(pieces.length);
  budget.chargeText(pieces.reduce((length, piece) => length + piece.length + 2, 2));
  return Array.isArray(items) ? `[${pieces.join(', ')}]` : `{${pieces.join(', ')}}`;
}

function pieceOf(key: string, item: Value, budget: Budget, depth: number): string {
  const piece = key + jsonText(item, budget, depth + 1);
  budget.charge(piece.length + 1);
  return piece;
}

function floatJson(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

/** Milliseconds only, as JavaScript has them, and Z for UTC. */
function dateJson(value: PyDateTime | PyDate | PyTime): string {
  const text = isoText(value, 'T').replace(/(\.\d{3})\d{3}/, '$1');
  return text.endsWith('+00:00') ? `${text.slice(0, -6)}Z` : text;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\f', '\\f'],
  ['\b', '\\b'],
]);

function quoted(text: string, budget: Budget): string {
  budget.charge(text.length);
  const body = text.replace(/[^ !#-[\]-~]/g, (unit) => {
    const hex = unit.charCodeAt(0).toString(16);
    return SHORT_ESCAPES.get(unit) ?? `\\u${hex.padStart(4, '0')}`;
  });
  budget.chargeText(body.length);
  return `"${body}"`;
}

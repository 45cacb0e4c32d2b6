import type { JsonObject } from '../../../domain/kernel/json.js';
import { parseIsoDateTime } from '../dates/iso-parser.js';
import { normalInt } from './numbers.js';
import { type Dict, float, type Value } from './value.js';

/** What a reviver is told of a number or text beside its value. */
interface Source {
  source?: string;
}

/**
 * A value from JSON as Python's `json.loads` reads it: `20.0` stays a float, an int has all its digits; and
 * `{"$datetime": "2024-03-05T14:07:09+00:00"}` is a moment. Keys such as `__proto__` become own ones that mean nothing.
 * @throws SyntaxError for what isn't JSON, is nested too deeply to be read, or has a moment that is none
 */
export function fromJson(text: string): Value {
  const revive = (_key: string, value: unknown, context: Source): unknown => revived(value, context);
  try {
    // The reviver's third argument isn't in TypeScript's declarations yet.
    return JSON.parse(text, revive as (key: string, value: unknown) => unknown) as Value;
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('The JSON is nested too deeply.');
    throw error;
  }
}

function revived(value: unknown, { source }: Source): unknown {
  if (typeof value === 'number') return source === undefined ? value : numberOfSource(value, source);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? momentOr(value as Dict) : value;
}

function numberOfSource(value: number, source: string): Value {
  if (/[.eE]/.test(source)) return float(value);
  return Number.isSafeInteger(value) ? value + 0 : normalInt(BigInt(source));
}

function momentOr(dict: Dict): Value {
  if (!Object.hasOwn(dict, '$datetime') || Object.keys(dict).length !== 1) return dict;
  const text = dict.$datetime;
  if (typeof text !== 'string') return dict;
  const moment = parseIsoDateTime(text);
  if (moment === undefined) throw new SyntaxError(`"${text.slice(0, 40)}" is no ISO 8601 date-time.`);
  return moment;
}

/** Values that were read already. They are taken as they are: a whole number is an int, however it was written. */
export const fromPlain = (value: JsonObject): Dict => value;

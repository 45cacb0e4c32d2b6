import { type Dict, PyDate, PyDateTime, PyFloat, PyTime, SafeText, Tuple, type Value } from './value.js';

/** The type's name as Python has it, for messages and for what may be compared with what. */
export type Kind =
  | 'NoneType'
  | 'bool'
  | 'int'
  | 'float'
  | 'str'
  | 'list'
  | 'tuple'
  | 'dict'
  | 'datetime'
  | 'date'
  | 'time';

export function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'NoneType';
    default:
      return value === null ? 'NoneType' : kindOfObject(value);
  }
}

function kindOfObject(value: Extract<Value, object>): Kind {
  if (Array.isArray(value)) return 'list';
  if (value instanceof SafeText) return 'str';
  if (value instanceof PyFloat) return 'float';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof PyDateTime) return 'datetime';
  if (value instanceof PyDate) return 'date';
  if (value instanceof PyTime) return 'time';
  return 'dict';
}

export const isDict = (value: Value): value is Dict =>
  typeof value === 'object' && value !== null && kindOfObject(value) === 'dict';

export const isText = (value: Value): value is string | SafeText =>
  typeof value === 'string' || value instanceof SafeText;

/** The text of a text. */
export const plainText = (value: string | SafeText): string => (typeof value === 'string' ? value : value.text);

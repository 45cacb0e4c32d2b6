import { TemplateError } from '../../../../application/ports/template-engine.js';
import { isoText } from '../../dates/iso-text.js';
import { floatText } from '../../values/float-text.js';
import {
  type Budget,
  PrintedBoolean,
  PyDate,
  PyDateTime,
  PyFloat,
  PyTime,
  SafeText,
  Tuple,
  type Value,
} from '../../values/value.js';

/** Levels of lists and dicts that are written. */
const MAX_DEPTH = 500;
// Any but plain characters: quote, backslash, controls, surrogates (which may be alone), and the two line separators,
// which are valid in JSON, but not in the JavaScript of before 2019 that a receiver may paste it into.
const NEEDS_ESCAPE = /[^ !#-[\]-\u2027\u202a-\ud7ff\ue000-\uffff]/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A text as it stands inside a string literal. */
export function escapeJson(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'));
}

/** A text as a value of its own: bare where it is a JSON number, else quoted. */
export function jsonOfText(text: string): string {
  return JSON_NUMBER.test(text) ? text : `"${escapeJson(text)}"`;
}

/** A value as JSON; what is missing, None, and numbers that JSON lacks are null. Its length is charged. */
export function jsonOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') return jsonOfText(value);
  if (value instanceof PrintedBoolean) return value.text;
  if (value instanceof SafeText) return jsonOfText(value.text);
  return simpleJson(value) ?? new JsonWriter(budget).written(value);
}

/** undefined for lists, tuples, dicts and texts. */
function simpleJson(value: Value): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return numberJson(value);
    case 'bigint':
      return value.toString();
    case 'string':
      return undefined;
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return undefined;
  if (value instanceof PyFloat) return Number.isFinite(value.value) ? floatText(value.value) : 'null';
  if (value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTime) {
    return `"${isoText(value, 'T')}"`;
  }
  return undefined;
}

function numberJson(value: number): string {
  if (Number.isSafeInteger(value)) return `${value + 0}`;
  if (!Number.isFinite(value)) return 'null';
  return Number.isInteger(value) ? BigInt(value).toString() : `${value}`;
}

/** Writes nested values piece by piece, so that a limit is hit before what is too long was made. */
class JsonWriter {
  #text = '';

  constructor(private readonly budget: Budget) {}

  written(value: Value): string {
    this.#write(value, 0);
    return this.#text;
  }

  #write(value: Value, depth: number): void {
    if (typeof value === 'string') this.#add(`"${escapeJson(value)}"`);
    else if (value instanceof PrintedBoolean) this.#add(value.text);
    else if (value instanceof SafeText) this.#add(`"${escapeJson(value.text)}"`);
    else {
      const simple = simpleJson(value);
      if (simple !== undefined) this.#add(simple);
      else this.#writeNested(value as Extract<Value, object>, depth + 1);
    }
  }

  #writeNested(value: Extract<Value, object>, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new TemplateError('limit', `A value is nested over ${MAX_DEPTH} levels deep, or contains itself.`);
    }
    const items: readonly Value[] | undefined = Array.isArray(value)
      ? value
      : value instanceof Tuple
        ? value.items
        : undefined;
    if (items !== undefined) {
      this.#add('[');
      for (let index = 0; index < items.length; index++) {
        if (index > 0) this.#add(',');
        this.#write(items[index], depth);
      }
      this.#add(']');
      return;
    }
    let separator = '{';
    for (const [key, item] of Object.entries(value)) {
      this.#add(`${separator}"${escapeJson(key)}":`);
      separator = ',';
      this.#write(item as Value, depth);
    }
    this.#add(separator === '{' ? '{}' : '}');
  }

  #add(piece: string): void {
    this.budget.charge(piece.length + 1);
    this.budget.chargeText(this.#text.length + piece.length);
    this.#text += piece;
  }
}

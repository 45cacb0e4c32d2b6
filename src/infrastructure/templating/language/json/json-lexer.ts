/*
 * A lexer of JSON that can stop anywhere. A state is where the next character stands; the brackets that are open are kept
 * beside it, as a text such as `{[`.
 */

export const VALUE = 0;
export const VALUE_OR_END = 1;
export const AFTER_VALUE = 2;
export const NAME = 3;
export const NAME_OR_END = 4;
export const COLON = 5;
export const IN_STRING = 6;
export const IN_NAME = 7;
const IN_STRING_ESCAPE = 8;
const IN_NAME_ESCAPE = 9;
/** In `\uXXXX`, with one to four digits to come. */
const IN_STRING_HEX = 10;
const IN_NAME_HEX = 14;
const NUMBER_SIGN = 18;
const NUMBER_ZERO = 19;
const NUMBER_WHOLE = 20;
const NUMBER_POINT = 21;
const NUMBER_FRACTION = 22;
const NUMBER_EXPONENT = 23;
const NUMBER_EXPONENT_SIGN = 24;
const NUMBER_EXPONENT_DIGITS = 25;
/** In `true`, `false` or `null`, by how much of which word is written. */
const WORDS = 26;
const KEYWORDS = ['true', 'false', 'null'];

export type JsonState = number;

export interface JsonPlace {
  readonly state: JsonState;
  readonly open: string;
}

/** Why a text can't stand where it does. */
export interface JsonFault {
  /** Of the character at fault. */
  readonly index: number;
  readonly message: string;
  /** Where it is a bound that is hit, not a mistake. */
  readonly isLimit?: true;
}

/** Brackets inside one another that a template's own text may have. */
export const MAX_OPEN = 500;

const STRING_RUN = /[ !#-[\]-\uffff]*/y;

export function isInString(state: JsonState): boolean {
  return state >= IN_STRING && state < NUMBER_SIGN;
}

/** Whether a body may end here, if no bracket is open. */
export function isComplete(state: JsonState): boolean {
  return state === AFTER_VALUE || isWholeNumber(state);
}

function isWholeNumber(state: JsonState): boolean {
  return (
    state === NUMBER_ZERO || state === NUMBER_WHOLE || state === NUMBER_FRACTION || state === NUMBER_EXPONENT_DIGITS
  );
}

/** What is due in a state, as the end of a sentence. */
export function due({ state, open }: JsonPlace): string {
  const end = open.endsWith('{') ? '"}"' : '"]"';
  switch (state) {
    case VALUE:
      return 'a value is due';
    case VALUE_OR_END:
      return 'a value or "]" is due';
    case NAME:
      return 'a name in double quotes is due';
    case NAME_OR_END:
      return 'a name in double quotes or "}" is due';
    case COLON:
      return '":" is due';
    case AFTER_VALUE:
      return open === '' ? 'the body has ended' : `"," or ${end} is due`;
    default:
      if (isInString(state)) return 'a string is not closed';
      if (state >= WORDS) return 'true, false or null is not written out';
      if (!isWholeNumber(state)) return 'a number is not written out';
      return open === '' ? 'the body has ended' : `the rest of a number, "," or ${end} is due`;
  }
}

/** The place behind a text, or its first fault. */
export function advance(text: string, from: JsonPlace): JsonPlace | JsonFault {
  let { state, open } = from;
  for (let index = 0; index < text.length; index++) {
    if (state === IN_STRING || state === IN_NAME) {
      STRING_RUN.lastIndex = index;
      STRING_RUN.test(text);
      index = STRING_RUN.lastIndex;
      if (index >= text.length) break;
    }
    const code = text.charCodeAt(index);
    const next = isInString(state) ? afterInString(code, state) : afterOutside(code, state, open);
    if (next === undefined) return { index, message: faultMessage(text, index, { state, open }) };
    if (next === OPENED) {
      if (open.length >= MAX_OPEN) {
        return { index, message: `over ${MAX_OPEN} brackets are open`, isLimit: true };
      }
      open += text.charAt(index);
      state = code === 0x7b ? NAME_OR_END : VALUE_OR_END;
    } else if (next === CLOSED) {
      open = open.slice(0, -1);
      state = AFTER_VALUE;
    } else {
      state = next;
    }
  }
  return { state, open };
}

const OPENED = -1;
const CLOSED = -2;

function afterInString(code: number, state: JsonState): JsonState | undefined {
  const plain =
    state === IN_STRING || (state >= IN_STRING_HEX && state < IN_NAME_HEX) || state === IN_STRING_ESCAPE
      ? IN_STRING
      : IN_NAME;
  if (state === plain) {
    if (code === 0x22) return plain === IN_STRING ? AFTER_VALUE : COLON;
    if (code === 0x5c) return plain === IN_STRING ? IN_STRING_ESCAPE : IN_NAME_ESCAPE;
    return code < 0x20 ? undefined : plain;
  }
  if (state === IN_STRING_ESCAPE || state === IN_NAME_ESCAPE) {
    if (code === 0x75) return (plain === IN_STRING ? IN_STRING_HEX : IN_NAME_HEX) + 3;
    return '"\\/bfnrt'.includes(String.fromCharCode(code)) ? plain : undefined;
  }
  if (!/[0-9a-fA-F]/.test(String.fromCharCode(code))) return undefined;
  return state === IN_STRING_HEX || state === IN_NAME_HEX ? plain : state - 1;
}

function afterOutside(code: number, state: JsonState, open: string): JsonState | undefined {
  if (state >= WORDS) return afterInWord(code, state);
  if (state >= NUMBER_SIGN) {
    const next = afterInNumber(code, state);
    if (next !== undefined) return next;
    return isWholeNumber(state) ? afterOutside(code, AFTER_VALUE, open) : undefined;
  }
  if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return state;
  switch (state) {
    case VALUE:
      return atValue(code);
    case VALUE_OR_END:
      return code === 0x5d ? CLOSED : atValue(code);
    case NAME:
      return code === 0x22 ? IN_NAME : undefined;
    case NAME_OR_END:
      return code === 0x7d ? CLOSED : code === 0x22 ? IN_NAME : undefined;
    case COLON:
      return code === 0x3a ? VALUE : undefined;
    default: {
      const inObject = open.endsWith('{');
      if (open === '') return undefined;
      if (code === 0x2c) return inObject ? NAME : VALUE;
      return code === (inObject ? 0x7d : 0x5d) ? CLOSED : undefined;
    }
  }
}

function atValue(code: number): JsonState | undefined {
  switch (code) {
    case 0x22:
      return IN_STRING;
    case 0x7b:
    case 0x5b:
      return OPENED;
    case 0x2d:
      return NUMBER_SIGN;
    case 0x30:
      return NUMBER_ZERO;
    default: {
      if (isDigit(code)) return NUMBER_WHOLE;
      const word = KEYWORDS.findIndex((keyword) => keyword.charCodeAt(0) === code);
      return word === -1 ? undefined : WORDS + word * 8 + 1;
    }
  }
}

function afterInWord(code: number, state: JsonState): JsonState | undefined {
  const word = KEYWORDS[(state - WORDS) >> 3] as string;
  const written = (state - WORDS) & 7;
  if (word.charCodeAt(written) !== code) return undefined;
  return written + 1 === word.length ? AFTER_VALUE : state + 1;
}

function afterInNumber(code: number, state: JsonState): JsonState | undefined {
  const isE = code === 0x65 || code === 0x45;
  switch (state) {
    case NUMBER_SIGN:
      return code === 0x30 ? NUMBER_ZERO : isDigit(code) ? NUMBER_WHOLE : undefined;
    case NUMBER_ZERO:
    case NUMBER_WHOLE:
      if (code === 0x2e) return NUMBER_POINT;
      if (isE) return NUMBER_EXPONENT;
      return state === NUMBER_WHOLE && isDigit(code) ? NUMBER_WHOLE : undefined;
    case NUMBER_POINT:
      return isDigit(code) ? NUMBER_FRACTION : undefined;
    case NUMBER_FRACTION:
      return isDigit(code) ? NUMBER_FRACTION : isE ? NUMBER_EXPONENT : undefined;
    case NUMBER_EXPONENT:
      if (code === 0x2b || code === 0x2d) return NUMBER_EXPONENT_SIGN;
      return isDigit(code) ? NUMBER_EXPONENT_DIGITS : undefined;
    default:
      return isDigit(code) ? NUMBER_EXPONENT_DIGITS : undefined;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function faultMessage(text: string, index: number, place: JsonPlace): string {
  const shown = JSON.stringify(String.fromCodePoint(text.codePointAt(index) ?? 0));
  const { state } = place;
  if (state === IN_STRING || state === IN_NAME) {
    return 'a string holds a line break or control character (write \\n), or is not closed';
  }
  if (isInString(state)) return `${shown} begins or ends no JSON escape (write \\\\ for a backslash)`;
  return `${shown} stands where ${due(place)}`;
}

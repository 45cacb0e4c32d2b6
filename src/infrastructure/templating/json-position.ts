/**
 * Where in a JSON text the next character stands: outside of string literals, inside one, after its backslash, or before
 * the so many last hexadecimal digits of a `\u` escape.
 */
export const OUTSIDE = 0;
export const IN_STRING = 1;
const AFTER_BACKSLASH = 2;
const LAST_HEX_DIGIT = 3;
const FIRST_HEX_DIGIT = 6;
export const POSITIONS = 7;

export type JsonPosition = number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** The position after a text, from the position before it. */
export function positionAfter(text: string, start: JsonPosition): JsonPosition {
  let position = start;
  let index = 0;
  while (index < text.length) {
    if (position === OUTSIDE) {
      index = text.indexOf('"', index);
      if (index === -1) return OUTSIDE;
      position = IN_STRING;
    } else {
      position = afterStringCharacter(text.charCodeAt(index), position);
    }
    index++;
  }
  return position;
}

function afterStringCharacter(code: number, position: JsonPosition): JsonPosition {
  switch (position) {
    case IN_STRING:
      return code === QUOTE ? OUTSIDE : code === BACKSLASH ? AFTER_BACKSLASH : IN_STRING;
    case AFTER_BACKSLASH:
      return code === LETTER_U ? FIRST_HEX_DIGIT : IN_STRING;
    case LAST_HEX_DIGIT:
      return IN_STRING;
    default:
      return position - 1;
  }
}

import type { CharacterTest } from './pattern.js';

const DIGIT = /^\p{Nd}$/u;
const WORD = /^[\p{L}\p{N}_]$/u;
const SPACES: ReadonlySet<number> = new Set([0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);

/** `\d`: a decimal digit of any script. */
export const isDigit: CharacterTest = (codePoint) =>
  codePoint < 128 ? codePoint >= 48 && codePoint <= 57 : DIGIT.test(String.fromCodePoint(codePoint));

/** `\w`: a letter or number of any script, or an underscore. */
export const isWord: CharacterTest = (codePoint) =>
  codePoint < 128
    ? (codePoint >= 97 && codePoint <= 122) ||
      (codePoint >= 65 && codePoint <= 90) ||
      (codePoint >= 48 && codePoint <= 57) ||
      codePoint === 95
    : WORD.test(String.fromCodePoint(codePoint));

/** `\s`: what Python's `str.isspace` calls white space, which is not what JavaScript's `\s` does. */
export const isSpace: CharacterTest = (codePoint) =>
  (codePoint >= 9 && codePoint <= 13) ||
  (codePoint >= 0x1c && codePoint <= 0x20) ||
  (codePoint >= 0x2000 && codePoint <= 0x200a) ||
  SPACES.has(codePoint);

export const isNot =
  (accepts: CharacterTest): CharacterTest =>
  (codePoint) =>
    !accepts(codePoint);

/** The classes that a backslash and a letter stand for. */
export const CLASS_OF_LETTER: ReadonlyMap<string, CharacterTest> = new Map([
  ['d', isDigit],
  ['D', isNot(isDigit)],
  ['w', isWord],
  ['W', isNot(isWord)],
  ['s', isSpace],
  ['S', isNot(isSpace)],
]);

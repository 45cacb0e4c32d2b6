import { SPACES } from '../../values/white-space.js';
import { type Place, refusal } from './refusal.js';
import type { Token } from './token.js';

/** Characters of a tag. */
const MAX_TAG = 16_384;
const MAX_WORDS = 500;

// A word may hold quoted parts, with blanks and escaped quotes in them; an unclosed quote is a character like others.
const QUOTED = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'`;
const WORD = new RegExp(`[^${SPACES}'"]*(?:(?:${QUOTED})[^${SPACES}'"]*)+|[^${SPACES}]+`, 'g');

/** A word of a tag, such as a variable with its filters. */
export interface Word extends Place {
  readonly text: string;
}

/** Django's `split_contents`: words, in which quoted parts hold together. The first is the tag's name. */
export function wordsOf(token: Token): Word[] {
  assertTagLength(token);
  const words: Word[] = [];
  // A translated text, `_("two words")`, that the blank inside of it has split.
  let open: { word: Word; end: string } | undefined;
  for (const match of token.contents.matchAll(WORD)) {
    const word = { text: match[0], line: token.line, column: token.contentsColumn + match.index };
    if (open !== undefined) {
      open.word = { ...open.word, text: `${open.word.text} ${word.text}` };
      words[words.length - 1] = open.word;
    } else {
      words.push(word);
      if (/^_\(["']/.test(word.text)) open = { word, end: `${word.text.charAt(2)})` };
    }
    if (open !== undefined && word.text.endsWith(open.end)) open = undefined;
    if (words.length > MAX_WORDS) throw refusal(`A tag has over ${MAX_WORDS} words.`, token, 'limit');
  }
  if (open !== undefined) throw refusal(`The text in _( ) is not closed; ${open.end} is due.`, open.word);
  return words;
}

export function assertTagLength(token: Token): void {
  if (token.contents.length > MAX_TAG) throw refusal(`A tag has over ${MAX_TAG} characters.`, token, 'limit');
}

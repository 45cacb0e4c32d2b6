import { type Body, make } from '../nodes.js';
import { refusal, shown } from '../refusal.js';
import { type Word, wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const forLoop: Tag = (parser, token) => {
  const [, ...words] = wordsOf(token);
  if (words.length < 3) throw refusal('{% for %} needs the form "for name in list".', token);
  const reversed = words.at(-1)?.text === 'reversed';
  const inIndex = words.length - (reversed ? 3 : 2);
  const keyword = words[inIndex];
  if (keyword?.text !== 'in') {
    throw refusal('{% for %} needs the form "for name in list" or "for name in list reversed".', keyword ?? token);
  }
  const names = loopNames(words.slice(0, inIndex), token);
  const list = parser.expressions.parse(words[inIndex + 1] as Word);
  const { body, end } = parser.block(token, 'empty', 'endfor');
  let empty: Body | null = null;
  if (/^empty\b/.test(end.contents)) {
    if (end.contents !== 'empty') throw refusal('{% empty %} takes no arguments.', end);
    empty = parser.block(token, 'endfor').body;
  }
  const symbols = names.map((name) => make('Symbol', token, name));
  return make('ForLoop', token, list, make('NodeList', token, symbols), body, empty, reversed);
};

function loopNames(words: readonly Word[], tag: { line: number; column: number }): string[] {
  const place = words[0] ?? tag;
  const names = words
    .map(({ text }) => text)
    .join(' ')
    .split(/ *, */);
  for (const name of names) {
    if (name === '') throw refusal('{% for %} has a comma with no name beside it.', place);
    if (/[ "'|]/.test(name)) throw refusal(`${shown(name)} is no name to loop with; write "for a, b in list".`, place);
  }
  return names;
}

import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const widthratio: Tag = (parser, token) => {
  const [, value, max, width, as, target, extra] = wordsOf(token);
  const isWhole = as === undefined || (as.text === 'as' && target !== undefined && extra === undefined);
  if (value === undefined || max === undefined || width === undefined || !isWhole) {
    throw refusal('{% widthratio %} needs the form "widthratio value max width" or "… as name".', as ?? token);
  }
  const { expressions } = parser;
  const [first, second, third] = [expressions.parse(value), expressions.parse(max), expressions.parse(width)];
  return make('WidthRatio', token, first, second, third, target?.text ?? null);
};

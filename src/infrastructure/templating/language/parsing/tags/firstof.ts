import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const firstof: Tag = (parser, token) => {
  const [, ...words] = wordsOf(token);
  if (words.length === 0) throw refusal('{% firstof %} needs at least one value.', token);
  const hasTarget = words.at(-2)?.text === 'as';
  const values = (hasTarget ? words.slice(0, -2) : words).map((word) => parser.expressions.parse(word));
  return make('FirstOf', token, values, hasTarget ? words.at(-1)?.text : null);
};

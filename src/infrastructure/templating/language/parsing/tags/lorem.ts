import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const lorem: Tag = (parser, token) => {
  const words = wordsOf(token);
  const common = words.at(-1)?.text !== 'random';
  if (!common) words.pop();
  let method = words.at(-1)?.text ?? '';
  if (['w', 'p', 'b'].includes(method)) words.pop();
  else method = 'b';
  const count = words.length > 1 ? words.pop() : undefined;
  if (words.length !== 1) {
    throw refusal('{% lorem %} takes a count, then "w", "p" or "b", then "random".', words[1] ?? token);
  }
  return make('Lorem', token, parser.expressions.parse(count ?? { ...token, text: '1' }), method, common);
};

import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

/** Klaviyo's `currency_format value`. */
export const currencyFormat: Tag = (parser, token) => {
  const [, value, extra] = wordsOf(token);
  if (value === undefined || extra !== undefined)
    throw refusal('{% currency_format %} takes one value.', extra ?? token);
  return make('Currency', token, parser.expressions.parse(value));
};

import { make } from '../nodes.js';
import { refusal, shown } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const regroup: Tag = (parser, token) => {
  const [, list, by, key, as, target, extra] = wordsOf(token);
  if (
    list === undefined ||
    by === undefined ||
    key === undefined ||
    as === undefined ||
    target === undefined ||
    extra
  ) {
    throw refusal('{% regroup %} needs the form "regroup list by key as name".', extra ?? token);
  }
  if (by.text !== 'by') throw refusal(`${shown(by.text)} stands where "by" is due.`, by);
  if (as.text !== 'as') throw refusal(`${shown(as.text)} stands where "as" is due.`, as);
  // The key is looked up on each item, which bears the name of the result for so long.
  const expression = parser.expressions.parse({ ...key, text: `${target.text}.${key.text}` });
  return make('Regroup', token, parser.expressions.parse(list), expression, target.text);
};

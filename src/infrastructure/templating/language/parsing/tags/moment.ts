import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

/** Tags that write the present moment by a format: `now "Y-m-d"`, and Klaviyo's `today "%Y-%m-%d" as name`. */
export const moment =
  (style: 'django' | 'strftime'): Tag =>
  (_parser, token) => {
    const words = wordsOf(token);
    const target = words.length === 4 && words[2]?.text === 'as' ? (words[3]?.text ?? null) : null;
    if (words.length !== (target === null ? 2 : 4)) {
      throw refusal(`{% ${words[0]?.text} %} takes one argument, a format in quotes.`, words[2] ?? token);
    }
    return make('Moment', token, style, words[1]?.text.slice(1, -1) ?? '', target);
  };

/** Klaviyo's tags for a part of the date. */
export const momentPart =
  (format: string): Tag =>
  (_parser, token) => {
    const [name, extra] = wordsOf(token);
    if (extra !== undefined) throw refusal(`{% ${name?.text} %} takes no arguments.`, extra);
    return make('Moment', token, 'django', format, null);
  };

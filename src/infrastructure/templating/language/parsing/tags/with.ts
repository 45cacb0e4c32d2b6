import { type Expression, make } from '../nodes.js';
import { refusal, shown } from '../refusal.js';
import { type Word, wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

const ASSIGNMENT = /^([\p{L}\p{N}_]+)=(.+)$/u;

export const withTag: Tag = (parser, token) => {
  const [, ...words] = wordsOf(token);
  // The last of several values with one name counts.
  const values = new Map<string, Expression>();
  const rest = ASSIGNMENT.test(words[0]?.text ?? '') ? assigned(words) : named(words);
  if (values.size === 0) throw refusal('{% with %} needs the form "with name=value".', words[0] ?? token);
  if (rest !== undefined) throw refusal(`${shown(rest.text)} stands where "name=value" is due.`, rest);
  const { body } = parser.block(token, 'endwith');
  return make('With', token, [...values.keys()], [...values.values()], body);

  /** `a=1 b=2`: gives the first word that is none of it. */
  function assigned(bits: readonly Word[]): Word | undefined {
    for (const word of bits) {
      const [, name, value] = ASSIGNMENT.exec(word.text) ?? [];
      if (name === undefined || value === undefined) return word;
      values.set(name, parser.expressions.parse({ ...word, text: value, column: word.column + name.length + 1 }));
    }
    return undefined;
  }

  /** Django's old form, `1 as a and 2 as b`. */
  function named(bits: readonly Word[]): Word | undefined {
    for (let index = 0; ; index += 4) {
      const [value, as, name, and] = bits.slice(index, index + 4);
      if (value === undefined || as?.text !== 'as' || name === undefined) return value;
      values.set(name.text, parser.expressions.parse(value));
      if (and?.text !== 'and') return and;
    }
  }
};

import { comparison } from '../condition-parser.js';
import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { type Word, wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';
import { elseBlock } from './else-block.js';

/** `ifequal` and `ifnotequal`, which Django 3.2 still has. */
export const ifequal =
  (operator: '==' | '!='): Tag =>
  (parser, token) => {
    const [tag, left, right, extra] = wordsOf(token);
    const name = tag?.text ?? '';
    if (left === undefined || right === undefined || extra !== undefined) {
      throw refusal(`{% ${name} %} takes two values.`, extra ?? token);
    }
    const { body, otherwise } = elseBlock(parser, token, `end${name}`);
    const [first, second] = [parser.expressions.parse(left), parser.expressions.parse(right)];
    const condition = comparison(tag as Word, first, operator, second);
    return make('Switch', token, null, [make('Case', token, condition, body)], otherwise);
  };

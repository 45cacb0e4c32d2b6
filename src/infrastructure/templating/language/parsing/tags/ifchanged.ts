import { make } from '../nodes.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';
import { elseBlock } from './else-block.js';

export const ifchanged: Tag = (parser, token) => {
  const [, ...words] = wordsOf(token);
  const { body, otherwise } = elseBlock(parser, token, 'endifchanged');
  const values = words.map((word) => parser.expressions.parse(word));
  return make('IfChanged', token, values, body, otherwise);
};

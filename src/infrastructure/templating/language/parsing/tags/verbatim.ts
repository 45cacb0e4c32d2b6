import { make, type TextNode } from '../nodes.js';
import type { Tag } from '../template-parser.js';

/** Its block has only texts: the lexer sees to it. */
export const verbatim: Tag = (parser, token) => {
  const { body } = parser.block(token, 'endverbatim');
  const place =
    body.children[0] === undefined ? token : { line: body.children[0].lineno + 1, column: body.children[0].colno + 1 };
  return make('TemplateData', place, body.children.map((child) => (child as TextNode).value).join(''));
};

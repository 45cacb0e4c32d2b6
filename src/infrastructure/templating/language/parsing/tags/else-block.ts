import type { Body } from '../nodes.js';
import { refusal } from '../refusal.js';
import type { TemplateParser } from '../template-parser.js';
import type { Token } from '../token.js';

/** The block of a tag, and that behind its `else`, if there is one. */
export function elseBlock(
  parser: TemplateParser,
  token: Token,
  closing: string,
): { body: Body; otherwise: Body | null } {
  const { body, end } = parser.block(token, 'else', closing);
  if (!/^else\b/.test(end.contents)) return { body, otherwise: null };
  if (end.contents !== 'else') throw refusal('{% else %} takes no arguments.', end);
  return { body, otherwise: parser.block(token, closing).body };
}

import type { Tag } from '../template-parser.js';

export const comment: Tag = (parser, token) => {
  parser.skipTo(token, 'endcomment');
  return undefined;
};

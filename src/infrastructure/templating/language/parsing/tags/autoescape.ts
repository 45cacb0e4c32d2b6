import { words } from '../../../values/white-space.js';
import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import type { Tag } from '../template-parser.js';

export const autoescape: Tag = (parser, token) => {
  const [, setting, ...rest] = words(token.contents);
  if ((setting !== 'on' && setting !== 'off') || rest.length > 0) {
    throw refusal('{% autoescape %} needs "on" or "off".', token);
  }
  const { body } = parser.block(token, 'endautoescape');
  return make('Autoescape', token, setting === 'on', body);
};

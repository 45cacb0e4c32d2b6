import { words } from '../../../values/white-space.js';
import { make } from '../nodes.js';
import { refusal } from '../refusal.js';
import type { Tag } from '../template-parser.js';

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['openblock', '{%'],
  ['closeblock', '%}'],
  ['openvariable', '{{'],
  ['closevariable', '}}'],
  ['openbrace', '{'],
  ['closebrace', '}'],
  ['opencomment', '{#'],
  ['closecomment', '#}'],
]);

export const templatetag: Tag = (_parser, token) => {
  const [, name = '', ...rest] = words(token.contents);
  const text = TEXTS.get(name);
  if (text === undefined || rest.length > 0) {
    throw refusal(`{% templatetag %} takes one of ${[...TEXTS.keys()].join(', ')}.`, token);
  }
  return make('TemplateData', token, text);
};

import { make } from '../nodes.js';
import { refusal, shown } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const resetcycle: Tag = (parser, token) => {
  const [, name, extra] = wordsOf(token);
  if (extra !== undefined) throw refusal('{% resetcycle %} takes at most one argument, the name of a cycle.', extra);
  const cycle = name === undefined ? parser.lastCycle : parser.namedCycles.get(name.text);
  if (cycle !== undefined) return make('ResetCycle', token, cycle);
  throw name === undefined
    ? refusal('There is no {% cycle %} before this.', token)
    : refusal(`There is no cycle named ${shown(name.text)} before this.`, name);
};

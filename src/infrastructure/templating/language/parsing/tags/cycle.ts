import { type CycleNode, make } from '../nodes.js';
import { refusal, shown } from '../refusal.js';
import { wordsOf } from '../tag-words.js';
import type { Tag } from '../template-parser.js';

export const cycle: Tag = (parser, token) => {
  const [, ...words] = wordsOf(token);
  const [only] = words;
  if (only === undefined) throw refusal('{% cycle %} needs values, or the name of a cycle.', token);
  if (words.length === 1) {
    const named = parser.namedCycles.get(only.text);
    if (named === undefined) throw refusal(`There is no cycle named ${shown(only.text)} before this.`, only);
    return make('CycleAgain', token, named);
  }
  let values = words;
  let target: string | null = null;
  let silent = false;
  // Django asks for two values or `silent` before it sees an `as`.
  if (words.length > 3 && words.at(-3)?.text === 'as') {
    const flag = words.at(-1);
    if (flag?.text !== 'silent') {
      throw refusal(`Only "silent" can follow a cycle's name, not ${shown(flag?.text ?? '')}.`, flag ?? token);
    }
    silent = true;
    target = words.at(-2)?.text ?? null;
    values = words.slice(0, -3);
  } else if (words.length > 3 && words.at(-2)?.text === 'as') {
    target = words.at(-1)?.text ?? null;
    values = words.slice(0, -2);
  }
  const expressions = values.map((word) => parser.expressions.parse(word));
  const node = make<CycleNode>('Cycle', token, expressions, target, silent);
  if (target !== null) parser.namedCycles.set(target, node);
  parser.lastCycle = node;
  return node;
};

import { SPACES, strip } from '../../../values/white-space.js';
import { type Expression, make } from '../nodes.js';
import { refusal } from '../refusal.js';
import type { Tag } from '../template-parser.js';

const BEFORE_FILTERS = new RegExp(`^[^${SPACES}]+[${SPACES}]*`);

export const filter: Tag = (parser, token) => {
  const before = BEFORE_FILTERS.exec(token.contents)?.[0].length ?? 0;
  const text = strip(token.contents.slice(before));
  const place = { line: token.line, column: token.contentsColumn + before };
  if (text === '') throw refusal('{% filter %} needs the name of a filter.', token);
  const { body } = parser.block(token, 'endfilter');
  const value = parser.expressions.parseFilters(make('Capture', token, body), { text, ...place });
  refuseMarks(value);
  return make('FilterBlock', token, value);
};

/** What a block writes is safe already, and so Django takes these two for a mistake. */
function refuseMarks(value: Expression): void {
  for (let link = value; link.typename === 'Filter'; link = link.args.children[0] as Expression) {
    const { value: name, lineno, colno } = link.name;
    if (name !== 'escape' && name !== 'safe') continue;
    const place = { line: lineno + 1, column: colno + 1 };
    throw refusal(`{% filter ${name} %} is not possible; use {% autoescape %}.`, place);
  }
}

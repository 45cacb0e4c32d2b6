import { ConditionParser } from '../condition-parser.js';
import { type CaseNode, type Expression, make } from '../nodes.js';
import { refusal } from '../refusal.js';
import { type Word, wordsOf } from '../tag-words.js';
import type { Tag, TemplateParser } from '../template-parser.js';
import type { Token } from '../token.js';

export const ifTag: Tag = (parser, token) => {
  const cases: CaseNode[] = [];
  let opening = token;
  for (;;) {
    const condition = conditionOf(parser, opening);
    const { body, end } = parser.block(token, 'elif', 'else', 'endif');
    cases.push(make<CaseNode>('Case', opening, condition, body));
    if (end.contents.startsWith('elif')) {
      opening = end;
    } else if (end.contents === 'else') {
      const otherwise = parser.block(token, 'endif');
      assertNoArguments(otherwise.end);
      return make('Switch', token, null, cases, otherwise.body);
    } else {
      assertNoArguments(end);
      return make('Switch', token, null, cases, null);
    }
  }
};

function conditionOf(parser: TemplateParser, token: Token): Expression {
  const [tag, ...words] = wordsOf(token);
  return new ConditionParser(words, tag as Word, parser.expressions).parse();
}

function assertNoArguments(token: Token): void {
  if (token.contents === 'endif') return;
  const hint = /^else\s+if\b/.test(token.contents) ? ' Did you mean {% elif %}?' : '';
  throw refusal(`{% ${token.contents} %} can't be read: {% else %} and {% endif %} take no arguments.${hint}`, token);
}

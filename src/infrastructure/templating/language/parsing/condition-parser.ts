import { MAX_CHAIN } from '../limits.js';
import type { ExpressionParser } from './expression-parser.js';
import { type BinaryNode, type CompareNode, type Comparison, type Expression, make, type NotNode } from './nodes.js';
import { refusal, shown } from './refusal.js';
import type { Word } from './tag-words.js';

/** How strongly an operator binds: Python's order, as Django's `smartif` has it. */
const BINDING: Readonly<Record<string, number>> = {
  or: 6,
  and: 7,
  not: 8,
  in: 9,
  'not in': 9,
  is: 10,
  'is not': 10,
  '==': 10,
  '!=': 10,
  '>': 10,
  '>=': 10,
  '<': 10,
  '<=': 10,
};
const KINDS: Readonly<Record<string, BinaryNode['typename']>> = {
  or: 'Or',
  and: 'And',
  in: 'In',
  'not in': 'NotIn',
  is: 'Is',
  'is not': 'IsNot',
};

/** Parses the words of an `if`: values with operators between them, by binding power. */
export class ConditionParser {
  readonly #words: Word[];
  #position = 0;
  #operators = 0;

  constructor(
    words: readonly Word[],
    readonly tag: Word,
    readonly expressions: ExpressionParser,
  ) {
    this.#words = joined(words);
  }

  /** @throws TemplateError `syntax` */
  parse(): Expression {
    const condition = this.#expression(0);
    const rest = this.#words[this.#position];
    if (rest === undefined) return condition;
    throw refusal(`${shown(rest.text)} can't follow here; an operator (and, or, ==, …) or the end is due.`, rest);
  }

  #expression(bindingOfLeft: number): Expression {
    let left = this.#operand();
    for (;;) {
      const operator = this.#words[this.#position];
      const binding = operator === undefined ? undefined : bindingOf(operator.text);
      if (operator === undefined || binding === undefined || binding <= bindingOfLeft) return left;
      // `a not b`
      if (operator.text === 'not') throw refusal('"not" can\'t stand between two values; "not in" can.', operator);
      this.#position++;
      this.#count(operator);
      left = infix(operator, left, this.#expression(binding));
    }
  }

  #operand(): Expression {
    const word = this.#words[this.#position];
    if (word === undefined) {
      const last = this.#words.at(-1) ?? this.tag;
      throw refusal(`The condition ends after ${shown(last.text)}, where a value is due.`, last);
    }
    this.#position++;
    if (word.text === 'not') {
      this.#count(word);
      return make<NotNode>('Not', word, this.#expression(BINDING.not as number));
    }
    if (bindingOf(word.text) !== undefined) throw refusal(`${shown(word.text)} stands where a value is due.`, word);
    return this.expressions.parse(word);
  }

  #count(operator: Word): void {
    if (++this.#operators > MAX_CHAIN) {
      throw refusal(`A condition has over ${MAX_CHAIN} operators.`, operator, 'limit');
    }
  }
}

function bindingOf(text: string): number | undefined {
  return Object.hasOwn(BINDING, text) ? BINDING[text] : undefined;
}

/** Takes `is not` and `not in` for one operator. */
function joined(words: readonly Word[]): Word[] {
  const result: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    const pair = `${word.text} ${words[index + 1]?.text}`;
    if (pair === 'is not' || pair === 'not in') {
      result.push({ ...word, text: pair });
      index++;
    } else {
      result.push(word);
    }
  }
  return result;
}

function infix(operator: Word, left: Expression, right: Expression): Expression {
  const kind = KINDS[operator.text];
  if (kind !== undefined) return make<BinaryNode>(kind, operator, left, right);
  return comparison(operator, left, operator.text as Comparison, right);
}

export function comparison(place: Word, left: Expression, type: Comparison, right: Expression): CompareNode {
  return make<CompareNode>('Compare', place, left, [make('CompareOperand', place, right, type)]);
}

import type { Filter } from '../../filters/filter.js';
import { SafeText } from '../../values/value.js';
import { SPACES } from '../../values/white-space.js';
import { MAX_CHAIN } from '../limits.js';
import { nearestName } from '../nearest-name.js';
import { numberLiteral, stringLiteral } from './literals.js';
import { type Expression, type FilterNode, type LiteralNode, type LookupNode, make, type SymbolNode } from './nodes.js';
import { type Place, refusal, shown } from './refusal.js';
import type { Word } from './tag-words.js';
import { assertWebhookName } from './unsupported.js';

const QUOTED = `"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"|'[^'\\\\]*(?:\\\\.[^'\\\\]*)*'`;
const CONSTANT = `_\\((?:${QUOTED})\\)|${QUOTED}`;
const WORD = '\\p{L}\\p{N}_';
const NAME_OR_NUMBER = `[${WORD}.]+|[-+.]?[0-9][0-9.e]*`;
const OPERAND = new RegExp(`(?<constant>${CONSTANT})|(?<name>${NAME_OR_NUMBER})`, 'uy');
const FILTER = new RegExp(`[${SPACES}]*\\|[${SPACES}]*(?<name>[${WORD}]+)`, 'uy');

/** Parses a value with its filters, such as `person.name|default:"friend"`. */
export class ExpressionParser {
  constructor(readonly filters: ReadonlyMap<string, Filter>) {}

  /** @throws TemplateError `syntax` */
  parse(word: Word): Expression {
    const { text } = word;
    const first = match(OPERAND, text, 0);
    if (first === undefined) {
      if (/^(?:_\()?["']/.test(text)) throw refusal(`The quoted text ${shown(text)} is not closed.`, word);
      throw refusal(`A value is due at ${shown(text)}: a name, a number or a quoted text.`, word);
    }
    return this.#filtered(operand(first, word), word, first.end);
  }

  /** Parses the filters of `filter`, which work on a block. */
  parseFilters(input: Expression, word: Word): Expression {
    return this.#filtered(input, { ...word, text: `|${word.text}`, column: word.column - 1 }, 0);
  }

  #filtered(input: Expression, { text, line, column }: Word, from: number): Expression {
    let expression = input;
    let index = from;
    for (let links = 1; index < text.length; links++) {
      const found = match(FILTER, text, index);
      if (found === undefined) throw unexpected(text, index, { line, column: column + index });
      const name = found.groups.name as string;
      const place = { line, column: column + found.end - name.length };
      if (links > MAX_CHAIN) throw refusal(`A chain has over ${MAX_CHAIN} filters.`, place, 'limit');
      index = found.end;
      const filter = this.#filter(name, place);
      const args: Expression[] = [expression];
      if (text.charAt(index) === ':') {
        const argument = match(OPERAND, text, index + 1);
        const argumentPlace = { line, column: column + index + 1 };
        if (argument === undefined) throw noArgument(name, text.slice(index + 1), argumentPlace);
        args.push(operand(argument, argumentPlace));
        index = argument.end;
      }
      assertArguments(name, filter, args.length - 1, place);
      const symbol = make<SymbolNode>('Symbol', place, name);
      expression = make<FilterNode>('Filter', place, symbol, make('NodeList', place, args));
    }
    return expression;
  }

  #filter(name: string, place: Place): Filter {
    const filter = this.filters.get(name);
    if (filter !== undefined) return filter;
    const nearest = nearestName(name, this.filters.keys());
    throw refusal(
      `There is no filter ${shown(name)}${nearest === undefined ? '.' : `; did you mean "${nearest}"?`}`,
      place,
    );
  }
}

interface Match {
  readonly text: string;
  readonly end: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

function match(pattern: RegExp, text: string, index: number): Match | undefined {
  pattern.lastIndex = index;
  const found = pattern.exec(text);
  return found === null ? undefined : { text: found[0], end: pattern.lastIndex, groups: found.groups ?? {} };
}

function operand(found: Match, place: Place): Expression {
  const { constant, name } = found.groups;
  if (constant !== undefined) {
    const quoted = constant.startsWith('_') ? constant.slice(2, -1) : constant;
    return make<LiteralNode>('Literal', place, new SafeText(stringLiteral(quoted)));
  }
  return variable(name as string, place);
}

function variable(name: string, place: Place): Expression {
  const number = numberLiteral(name);
  if (number !== undefined) return make<LiteralNode>('Literal', place, number);
  if (name.startsWith('_') || name.includes('._')) {
    throw refusal(`${shown(name)}: names that begin with an underscore are out of reach.`, place);
  }
  const [first = '', ...rest] = name.split('.');
  if (rest.length > MAX_CHAIN) throw refusal(`A path has over ${MAX_CHAIN} names.`, place, 'limit');
  assertWebhookName(first, place);
  let expression: Expression = make<SymbolNode>('Symbol', place, first);
  let column = place.column + first.length;
  for (const bit of rest) {
    const key = make<LiteralNode>('Literal', { line: place.line, column: column + 1 }, bit);
    expression = make<LookupNode>('LookupVal', place, expression, key);
    column += bit.length + 1;
  }
  return expression;
}

function unexpected(text: string, index: number, place: Place): Error {
  const rest = text.slice(index);
  const character = rest.trimStart().charAt(0);
  if (character === '|') return refusal('The name of a filter is due after "|".', place);
  if (character === ':') return refusal('A colon follows only the name of a filter.', place);
  if (character === '(' || character === '[') {
    return refusal(`${shown(rest)}: there are no brackets; write look-ups with dots, filters with "|".`, place);
  }
  if (character === '"' || character === "'") {
    return refusal(`${shown(rest)}: a quoted text must be closed, and stand behind a colon or at the start.`, place);
  }
  return refusal(
    `${shown(rest)} can't follow ${shown(text.slice(0, index))}; a filter ("|") or the end is due.`,
    place,
  );
}

function noArgument(filter: string, rest: string, place: Place): Error {
  const reason = /^\s|^$/.test(rest)
    ? 'has to follow its colon without a space'
    : `is due at ${shown(rest)}: a name, a number or a closed quoted text`;
  return refusal(`The argument of the filter "${filter}" ${reason}.`, place);
}

function assertArguments(name: string, { argument }: Filter, given: number, place: Place): void {
  if (argument === 'none' && given > 0) throw refusal(`The filter "${name}" takes no argument.`, place);
  if (argument === 'required' && given === 0) {
    throw refusal(`The filter "${name}" needs an argument: ${name}:"…".`, place);
  }
}

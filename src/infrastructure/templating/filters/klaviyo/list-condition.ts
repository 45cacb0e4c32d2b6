import { str } from '../../values/printing.js';
import { isTrue } from '../../values/truth.js';
import type { Budget, Value } from '../../values/value.js';
import { compared } from './compared.js';
import { numberOf } from './numeric.js';
import { propertyAt } from './property-at.js';

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

const OPERATORS: readonly (readonly [string, Operator])[] = [
  ['==', '='],
  ['!=', '!='],
  ['<=', '<='],
  ['=<', '<='],
  ['>=', '>='],
  ['=>', '>='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
];

/** What an item of a list has to meet: a property's name, or that and an operator and a value, such as `price>=10`. */
export class ListCondition {
  readonly #path: string;
  readonly #operator: Operator | undefined;
  readonly #wanted: string;
  readonly #wantedNumber: number | undefined;
  readonly #budget: Budget;

  constructor(text: string, budget: Budget) {
    budget.charge(text.length);
    this.#budget = budget;
    const place = text.search(/[<>=]|!=/);
    const found = place < 0 ? undefined : OPERATORS.find(([written]) => text.startsWith(written, place));
    this.#path = (found === undefined ? text : text.slice(0, place)).trim();
    this.#operator = found?.[1];
    this.#wanted = found === undefined ? '' : unquoted(text.slice(place + found[0].length).trim());
    this.#wantedNumber = numberOf(this.#wanted);
  }

  isMetBy(item: Value): boolean {
    const actual = propertyAt(item, this.#path, this.#budget);
    switch (this.#operator) {
      case undefined:
        return isTrue(actual);
      case '=':
        return this.#equals(actual);
      case '!=':
        return !this.#equals(actual);
      default:
        return this.#isOrdered(actual, this.#operator);
    }
  }

  /** As numbers where both are; True, False and None by their names in any case; else as texts. */
  #equals(actual: Value): boolean {
    if (actual === undefined) {
      return false;
    }
    if (typeof actual === 'boolean') {
      return String(actual) === this.#wanted.toLowerCase() || Number(actual) === this.#wantedNumber;
    }
    if (actual === null) {
      return ['none', 'null'].includes(this.#wanted.toLowerCase());
    }
    const number = numberOf(actual);
    return number !== undefined && this.#wantedNumber !== undefined
      ? number === this.#wantedNumber
      : str(actual, this.#budget) === this.#wanted;
  }

  #isOrdered(actual: Value, operator: Operator): boolean {
    const order = actual === undefined ? undefined : compared(actual, this.#wanted, this.#budget);
    if (order === undefined) {
      return false;
    }
    switch (operator) {
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      default:
        return order >= 0;
    }
  }
}

const unquoted = (text: string): string => {
  const quote = text[0];
  return (quote === '"' || quote === "'") && text.length >= 2 && text.endsWith(quote) ? text.slice(1, -1) : text;
};

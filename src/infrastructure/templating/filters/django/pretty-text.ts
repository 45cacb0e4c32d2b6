import { compareTexts } from '../../values/code-point-order.js';
import { isDict, isText, plainText } from '../../values/kind.js';
import { repr } from '../../values/printing.js';
import { length } from '../../values/text.js';
import { type Budget, type Dict, PyError, Tuple, type Value } from '../../values/value.js';
import { SPACES } from '../../values/white-space.js';
import { linesWithEnds } from './line-filters.js';

const WIDTH = 80;
const MAX_DEPTH = 200;
/** A word and the white space behind it. */
const WORD = new RegExp(`[^${SPACES}]*[${SPACES}]+|[^${SPACES}]+`, 'g');

/** Python's `pprint.pformat`: lists, dicts and texts too long for a line are spread over several; a dict's keys are sorted. */
export function prettyText(value: Value, budget: Budget): string {
  const writer = new PrettyWriter(budget);
  writer.write(value, 0, 0, 0);
  return writer.text;
}

class PrettyWriter {
  text = '';

  constructor(private readonly budget: Budget) {}

  /**
   * @param indent columns before the value
   * @param allowance columns needed behind it
   */
  write(value: Value, indent: number, allowance: number, depth: number): void {
    if (depth > MAX_DEPTH)
      throw new PyError('ValueError', `A value nested deeper than ${MAX_DEPTH} levels can't be printed.`);
    const line = this.#line(value);
    if (length(line) <= WIDTH - indent - allowance) this.#add(line);
    else if (Array.isArray(value)) this.#writeItems('[', value, ']', indent, allowance, depth);
    else if (value instanceof Tuple)
      this.#writeItems('(', value.items, value.items.length === 1 ? ',)' : ')', indent, allowance, depth);
    else if (isText(value)) this.#writeText(plainText(value), indent, allowance, depth === 0);
    else if (isDict(value)) this.#writeDict(value, indent, allowance, depth);
    else this.#add(line);
  }

  /** All in one line. */
  #line(value: Value): string {
    return repr(value, this.budget, 'sorted keys');
  }

  #writeItems(
    open: string,
    items: readonly Value[],
    close: string,
    indent: number,
    allowance: number,
    depth: number,
  ): void {
    this.#add(open);
    items.forEach((item, index) => {
      const last = index === items.length - 1;
      if (index > 0) this.#newLine(indent + 1, ',');
      this.write(item, indent + 1, last ? allowance + close.length : 1, depth + 1);
    });
    this.#add(close);
  }

  #writeDict(dict: Dict, indent: number, allowance: number, depth: number): void {
    this.#add('{');
    const keys = Object.keys(dict).sort(compareTexts);
    keys.forEach((key, index) => {
      const last = index === keys.length - 1;
      if (index > 0) this.#newLine(indent + 1, ',');
      const name = this.#line(key);
      this.#add(`${name}: `);
      this.write(dict[key], indent + length(name) + 3, last ? allowance + 1 : 1, depth + 1);
    });
    this.#add('}');
  }

  /** In several literals, one a line, which Python joins. At the top they stand in round brackets. */
  #writeText(text: string, indent: number, allowance: number, top: boolean): void {
    const column = top ? indent + 1 : indent;
    const chunks = this.#chunks(text, WIDTH - column, top ? allowance + 1 : allowance);
    if (chunks.length <= 1) {
      this.#add(chunks[0] ?? "''");
      return;
    }
    if (top) this.#add('(');
    chunks.forEach((chunk, index) => {
      if (index > 0) this.#newLine(column, '');
      this.#add(chunk);
    });
    if (top) this.#add(')');
  }

  #chunks(text: string, width: number, allowance: number): string[] {
    const lines = linesWithEnds(text);
    return lines.flatMap((line, index) => {
      const last = index === lines.length - 1;
      const whole = this.#line(line);
      return length(whole) <= (last ? width - allowance : width)
        ? [whole]
        : this.#words(line, width, last ? allowance : 0);
    });
  }

  /** As many words a chunk as fit. */
  #words(line: string, width: number, allowance: number): string[] {
    const words = line.match(WORD) ?? [];
    const chunks: string[] = [];
    let current = '';
    words.forEach((word, index) => {
      const room = index === words.length - 1 ? width - allowance : width;
      // What is too long as it is needn't be written to see that.
      const fits = length(current) + length(word) <= room && length(this.#line(current + word)) <= room;
      if (fits) current += word;
      else {
        if (current !== '') chunks.push(this.#line(current));
        current = word;
      }
    });
    return current === '' ? chunks : [...chunks, this.#line(current)];
  }

  #newLine(indent: number, before: string): void {
    this.budget.chargeText(this.text.length + indent);
    this.#add(`${before}\n${' '.repeat(indent)}`);
  }

  #add(piece: string): void {
    this.budget.charge(piece.length + 1);
    this.budget.chargeText(this.text.length + piece.length);
    this.text += piece;
  }
}

import { PyError } from '../../values/value.js';

/** One `%…` of a format. */
export interface Conversion {
  /** In round brackets: which of a dict's entries. */
  key: string | undefined;
  leftAligned: boolean;
  /** What stands before a number that isn't negative. */
  plus: '+' | ' ' | '';
  alternate: boolean;
  zeros: boolean;
  width: number;
  precision: number | undefined;
  type: string;
}

/** No text is longer than that, so that Python's own bounds needn't be told from ours. */
const MAX_NUMBER = 2 ** 31 - 1;

/** Reads a format of Python's `%` operator from its start to its end. */
export class ConversionReader {
  #position = 0;

  constructor(private readonly format: string) {}

  /** What stands before the next conversion, or the end. */
  literal(): string {
    const next = this.format.indexOf('%', this.#position);
    const end = next < 0 ? this.format.length : next;
    const text = this.format.slice(this.#position, end);
    this.#position = end;
    return text;
  }

  /** @throws PyError ValueError for one that breaks off or is out of bounds, TypeError for a width that is to be taken from the values */
  conversion(): Conversion | undefined {
    if (this.#position >= this.format.length) return undefined;
    this.#position++;
    const key = this.#key();
    const flags = this.#flags();
    const width = this.#number() ?? 0;
    const precision = this.#precision();
    if (/^[hlL]$/.test(this.#peek())) this.#position++;
    const type = this.#peek();
    if (type === '') throw new PyError('ValueError', 'incomplete format');
    this.#position++;
    return {
      key,
      leftAligned: flags.includes('-'),
      plus: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
      alternate: flags.includes('#'),
      zeros: flags.includes('0'),
      width,
      precision,
      type,
    };
  }

  #peek(): string {
    return this.format.charAt(this.#position);
  }

  #key(): string | undefined {
    if (this.#peek() !== '(') return undefined;
    const start = ++this.#position;
    for (let open = 1; open > 0; this.#position++) {
      const character = this.#peek();
      if (character === '') throw new PyError('ValueError', 'incomplete format key');
      if (character === '(') open++;
      else if (character === ')') open--;
    }
    return this.format.slice(start, this.#position - 1);
  }

  #flags(): string {
    const start = this.#position;
    while (this.#peek() !== '' && '-+ #0'.includes(this.#peek())) this.#position++;
    return this.format.slice(start, this.#position);
  }

  #precision(): number | undefined {
    if (this.#peek() !== '.') return undefined;
    this.#position++;
    return this.#number() ?? 0;
  }

  #number(): number | undefined {
    if (this.#peek() === '*') throw new PyError('TypeError', 'not enough arguments for format string');
    const start = this.#position;
    while (/^\d$/.test(this.#peek())) this.#position++;
    if (this.#position === start) return undefined;
    const number = Number(this.format.slice(start, this.#position));
    if (number > MAX_NUMBER) throw new PyError('ValueError', 'width or precision too big');
    return number;
  }
}

import { isDict } from '../../values/kind.js';
import { type Budget, PyError, type Value } from '../../values/value.js';
import { type Conversion, ConversionReader } from './percent-conversion.js';
import { convert } from './percent-convert.js';

/**
 * Python's `format % value` for a value that is no tuple.
 * @throws PyError TypeError or ValueError for a format that is none, or doesn't fit the value; OverflowError for a number too
 *   large
 */
export function percentFormat(format: string, value: Value, budget: Budget): string {
  const reader = new ConversionReader(format);
  const values = new FormatValues(value);
  let text = '';
  const append = (piece: string): void => {
    budget.charge(piece.length + 1);
    budget.chargeText(text.length + piece.length);
    text += piece;
  };
  for (;;) {
    append(reader.literal());
    const conversion = reader.conversion();
    if (conversion === undefined) break;
    append(conversion.type === '%' ? '%' : convert(values.next(conversion), conversion, budget));
  }
  values.end();
  return text;
}

/** The one value, which is taken once, and a dict's entries, which may be taken by their names. */
class FormatValues {
  #taken = false;

  constructor(private readonly value: Value) {}

  next({ key }: Conversion): Value {
    if (key !== undefined) return this.#entry(key);
    if (this.#taken) throw new PyError('TypeError', 'not enough arguments for format string');
    this.#taken = true;
    return this.value;
  }

  #entry(key: string): Value {
    if (!isDict(this.value)) throw new PyError('TypeError', 'format requires a mapping');
    if (!Object.hasOwn(this.value, key)) throw new PyError('KeyError', key);
    return this.value[key];
  }

  /** A list may stay unused, as it could be asked for its entries too. */
  end(): void {
    if (this.#taken || isDict(this.value) || Array.isArray(this.value)) return;
    throw new PyError('TypeError', 'not all arguments converted during string formatting');
  }
}

/**
 * What templates work on: Python's values, as Django's do. A plain JavaScript number that is whole is an int; one that isn't
 * is a float. A float whose value is whole, infinite or not a number is a {@link PyFloat}, and an int beyond the safe range
 * a bigint, so that each value has one form.
 */
export type Value =
  /** What isn't there: prints as nothing. */
  | undefined
  /** None. */
  | null
  | boolean
  | number
  | bigint
  | PyFloat
  | string
  | SafeText
  | PyDateTime
  | PyDate
  | PyTime
  | Tuple
  | readonly Value[]
  | Dict;

/** A dict with text keys, in the order of insertion. Only own properties count. */
export type Dict = { readonly [key: string]: Value };

export class PyFloat {
  constructor(readonly value: number) {}
}

/** The float of a number, in its one form. */
export const float = (value: number): number | PyFloat =>
  Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;

/** Text that is written as it is, whatever the mode of escaping. */
export class SafeText {
  constructor(readonly text: string) {}
}

/**
 * A truth value that prints as `true` or `false`, where Python's own print as `True` and `False`: what Klaviyo's comparing
 * filters give. It is a text for printing; whatever asks for truth, equality or JSON takes its `value`.
 */
export class PrintedBoolean extends SafeText {
  constructor(readonly value: boolean) {
    super(value ? 'true' : 'false');
  }
}

/** A list that prints with round brackets, such as an entry of `dict.items`. */
export class Tuple {
  constructor(readonly items: readonly Value[]) {}
}

/** A moment; with an offset it is aware, without one naive. */
export class PyDateTime {
  constructor(
    /** Milliseconds since 1970 of the wall clock, as if it were UTC. */
    readonly wallMs: number,
    /** Beyond the milliseconds, 0 to 999. */
    readonly microseconds: number,
    /** Minutes east of UTC; undefined where it is naive. */
    readonly offsetMinutes: number | undefined,
  ) {}
}

export class PyDate {
  constructor(
    readonly year: number,
    /** 1 to 12. */
    readonly month: number,
    readonly day: number,
  ) {}
}

export class PyTime {
  constructor(
    readonly hour: number,
    readonly minute: number,
    readonly second: number,
    readonly microsecond: number,
  ) {}
}

/** What Python would raise: `TypeError`, `ValueError`, … Filters that Django lets fail silently catch it themselves. */
export class PyError extends Error {
  override readonly name = 'PyError';

  constructor(
    readonly kind: 'TypeError' | 'ValueError' | 'KeyError' | 'IndexError' | 'OverflowError' | 'ZeroDivisionError',
    message: string,
  ) {
    super(message);
  }
}

/** Work that a rendering may still do. */
export interface Budget {
  /** @throws TemplateError of class `limit` once all is used up */
  charge(units: number): void;
  /** @throws TemplateError of class `limit` where a text of that many UTF-16 units is too long to be made */
  chargeText(length: number): void;
}

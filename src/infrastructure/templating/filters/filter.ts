import type { Budget, Value } from '../values/value.js';

/** What a filter may ask for beside its input. */
export interface FilterContext {
  /** Whether HTML is escaped here: filters of Django that know of auto-escape act by it. */
  autoescape: boolean;
  budget: Budget;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * One filter. Source of the flags: Django's `Library.filter` (`is_safe`, `needs_autoescape`) and `@stringfilter`.
 */
export interface Filter {
  /** How many arguments behind the colon: none, one, or as one likes. */
  argument: 'none' | 'optional' | 'required';
  /** The input is made a text first (`@stringfilter`); it comes as a string or, marked safe, as SafeText's text with `inputSafe`. */
  takesText?: boolean;
  /** A safe input text gives a safe output text (`is_safe`). */
  isSafe?: boolean;
  /**
   * @param argument undefined where none was given
   * @throws PyError where Django lets the rendering fail (a `render` error)
   */
  apply(value: Value, argument: Value, context: FilterContext, inputSafe: boolean): Value;
}

import { quoted } from './validation.js';

/** One condition as it is written: `greater-than(created,2026-01-01T00:00:00Z)`, `any(name,["a","b"])`. */
export interface Condition {
  operator: string;
  field: string;
  /** One, and more only in a list. */
  values: readonly string[];
  isList: boolean;
}

/** A text that is no filter; its message says what is wrong in it. */
export class FilterUnreadable extends Error {
  override readonly name = 'FilterUnreadable';
}

/** Klaviyo's general syntax has them, but none of its calls here takes one. */
const NOT_TAKEN: readonly string[] = ['or', 'not'];

const NAME = /\s*([\w.$-]+)\s*/y;
const BARE = /\s*([^\s"'[\](),][^"'[\](),]*)/y;
const JSON_TEXT = /\s*("(?:[^"\\]|\\.)*")\s*/y;
const SINGLE_QUOTED = /\s*'((?:[^'\\]|\\.)*)'\s*/y;

/**
 * Reads Klaviyo's filters: conditions with commas between, of which all have to hold; `and(…)` says the same.
 *
 * ```
 * filter    = condition *("," condition)
 * condition = "and(" filter ")" / operator "(" field "," value ")"
 * value     = literal / "[" literal *("," literal) "]"
 * literal   = a JSON text / 'a text' / a bare word, number or time
 * ```
 * @throws FilterUnreadable
 */
export function readFilter(text: string): Condition[] {
  let at = 0;

  const unreadable = (): FilterUnreadable =>
    new FilterUnreadable(
      `The filter can't be read from character ${at + 1} on; conditions look like equals(name,"x") and have commas between.`,
    );

  const taken = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found[1];
  };

  const name = (): string => {
    const found = taken(NAME);
    if (found === undefined) throw unreadable();
    return found;
  };

  const isNext = (mark: string): boolean => text.startsWith(mark, at);
  const expectNext = (mark: string): void => {
    if (!isNext(mark)) throw unreadable();
    at++;
  };

  const several = <Part>(part: () => Part): Part[] => {
    const parts = [part()];
    while (isNext(',')) {
      at++;
      parts.push(part());
    }
    return parts;
  };

  const literal = (): string => {
    const json = taken(JSON_TEXT);
    if (json !== undefined) return fromJson(json);
    const single = taken(SINGLE_QUOTED);
    if (single !== undefined) return single.replaceAll(/\\(.)/g, '$1');
    const bare = taken(BARE);
    if (bare === undefined) throw unreadable();
    return bare.trim();
  };

  const condition = (): Condition[] => {
    const operator = name();
    if (NOT_TAKEN.includes(operator)) {
      throw new FilterUnreadable(`A filter can't say '${operator}' here; all of its conditions have to hold.`);
    }
    expectNext('(');
    if (operator === 'and') {
      const conditions = several(condition).flat();
      expectNext(')');
      taken(SPACE);
      return conditions;
    }
    const field = name();
    expectNext(',');
    taken(SPACE);
    const isList = isNext('[');
    if (isList) at++;
    const values = isList ? several(literal) : [literal()];
    if (isList) expectNext(']');
    taken(SPACE);
    expectNext(')');
    taken(SPACE);
    return [{ operator, field, values, isList }];
  };

  const conditions = several(condition).flat();
  if (at < text.length) throw unreadable();
  return conditions;
}

const SPACE = /\s*/y;

/** Klaviyo's client writes texts as JSON has them. */
function fromJson(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new FilterUnreadable(`The filter's text ${quoted(text)} can't be read; write it as JSON has it.`);
  }
}

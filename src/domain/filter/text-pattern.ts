import { InvalidPattern } from '../kernel/regular-expression/invalid-pattern.js';
import { parsePattern } from '../kernel/regular-expression/pattern-parser.js';
import { compilePattern, type Program } from '../kernel/regular-expression/program.js';
import { matchesSomewhere } from '../kernel/regular-expression/search.js';

/**
 * A search takes characters times instructions at most, and one piece of work may make hundreds of them; so both are bounded.
 */
const LONGEST_PROGRAM = 500;
/** In a longer text only so many characters are looked at. */
const LONGEST_TEXT = 5_000;

/** Of patterns used last; making one takes longer than most searches. */
const made = new Map<string, Program>();
const MOST_MADE = 1_000;

/** The regular expression as it can be searched by. @throws InvalidPattern */
export function textPattern(source: string): Program {
  const known = made.get(source);
  if (known !== undefined) return known;
  const program = compilePattern(parsePattern(source));
  if (program.length > LONGEST_PROGRAM) {
    throw new InvalidPattern("the regular expression can't be used: its repeats make it too large");
  }
  if (made.size >= MOST_MADE) made.clear();
  made.set(source, program);
  return program;
}

/** Whether the regular expression matches anywhere in the text, as Python's `re.search` does. */
export const matchesPattern = (source: string, text: string): boolean =>
  matchesSomewhere(textPattern(source), text.slice(0, LONGEST_TEXT));

import { InvalidPattern } from '../../../../domain/kernel/regular-expression/invalid-pattern.js';
import { Matcher } from '../../../../domain/kernel/regular-expression/matcher.js';
import { parsePattern } from '../../../../domain/kernel/regular-expression/pattern-parser.js';
import { compilePattern, type Program } from '../../../../domain/kernel/regular-expression/program.js';
import { type Budget, PyError } from '../../values/value.js';

/**
 * Splits a text where a regular expression matches, as Python's `re.split` does for a pattern without capturing groups.
 * One search takes linear time; a search for each match may read the rest of the text, which the budget bounds.
 * @throws PyError ValueError where the pattern can't be used
 */
export const splitByRegularExpression = (text: string, pattern: string, budget: Budget): string[] => {
  const program = programOf(pattern);
  budget.charge(text.length + program.length);
  const codePoints = Array.from(text, (character) => character.codePointAt(0)!);
  const matcher = new Matcher(program, codePoints, budget);
  const pieces: string[] = [];
  let pieceStart = 0;
  // Places in UTF-16 units, which is how the pieces are cut out of the text.
  let unit = 0;
  let unitOf = 0;
  const unitAt = (place: number): number => {
    for (; unitOf < place; unitOf += 1) {
      unit += codePoints[unitOf]! > 0xffff ? 2 : 1;
    }
    return unit;
  };
  let match = matcher.search(0, false);
  while (match !== undefined) {
    budget.charge(1);
    pieces.push(text.slice(pieceStart, unitAt(match.start)));
    pieceStart = unitAt(match.end);
    // Behind an empty match a next one has to move on, or it would be found for ever.
    match = matcher.search(match.end, match.end === match.start);
  }
  pieces.push(text.slice(pieceStart));
  return pieces;
};

const programOf = (pattern: string): Program => {
  try {
    return compilePattern(parsePattern(pattern));
  } catch (error) {
    throw error instanceof InvalidPattern ? new PyError('ValueError', error.message) : error;
  }
};

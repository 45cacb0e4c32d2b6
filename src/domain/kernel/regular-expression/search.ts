import { Matcher } from './matcher.js';
import type { Program } from './program.js';

const UNCOUNTED = { charge: () => {} };

/** Whether the program's regular expression matches anywhere in the text; takes characters times instructions at most. */
export const matchesSomewhere = (program: Program, text: string): boolean => {
  const codePoints = Array.from(text, (character) => character.codePointAt(0) as number);
  return new Matcher(program, codePoints, UNCOUNTED).search(0, false) !== undefined;
};

const MARK = /^\p{M}$/u;
/** A mark of the lowest class, which comes before all others, and one of the highest. */
const LOWEST = '\u0334';
const HIGHEST = '\u0345';

/**
 * Whether a character has a canonical combining class, Python's `unicodedata.combining()`. Seen by what normalising does: it
 * sorts such marks by their class, and moves nothing across other characters.
 */
export function isCombining(character: string): boolean {
  if (character < '\u0300' || !MARK.test(character)) return false;
  if (character === LOWEST || character === HIGHEST) return true;
  // Of characters made of several, one has a class of its own.
  if (Array.from(character.normalize('NFD')).length > 1) return character === '\u0344';
  return reorders(character, LOWEST) || reorders(HIGHEST, character);
}

function reorders(first: string, second: string): boolean {
  const ordered = first.normalize('NFD') + second.normalize('NFD');
  return (first + second).normalize('NFD') !== ordered;
}

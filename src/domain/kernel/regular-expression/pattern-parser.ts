import { CLASS_OF_LETTER } from './character-classes.js';
import { InvalidPattern } from './invalid-pattern.js';
import type { Assertion, CharacterTest, Pattern } from './pattern.js';

/** Code points that a pattern may have. */
export const LONGEST_PATTERN = 1000;
/** The highest count in `{m,n}`. */
export const HIGHEST_COUNT = 1000;
const DEEPEST_GROUPS = 100;

const CONTROL_OF_LETTER: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['f', 12],
  ['v', 11],
  ['a', 7],
]);

const ASSERTION_OF_LETTER: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'start'],
  ['Z', 'very-end'],
  ['b', 'word-boundary'],
  ['B', 'no-word-boundary'],
]);

const HEX_LENGTH_OF_LETTER: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/**
 * Reads a regular expression of the subset of Python's `re` that can be matched in linear time: literals, `.`, classes,
 * the escapes `\d \D \w \W \s \S`, `\n \t \r \f \v \a \xhh \uhhhh`, groups, `|`, `* + ? {m} {m,} {,n} {m,n}` and their lazy forms,
 * and the anchors `^ $ \A \Z \b \B`. Groups capture nothing.
 * @throws InvalidPattern where it is none, or asks for more than that
 */
export const parsePattern = (source: string): Pattern => {
  const characters = [...source.slice(0, 2 * LONGEST_PATTERN + 1)];
  if (characters.length > LONGEST_PATTERN) {
    throw new InvalidPattern(`the regular expression is longer than ${LONGEST_PATTERN} characters`);
  }
  return new PatternParser(characters).parse();
};

class PatternParser {
  #position = 0;
  #depth = 0;

  constructor(readonly characters: readonly string[]) {}

  parse(): Pattern {
    const pattern = this.#alternatives();
    if (this.#position < this.characters.length) {
      throw this.#error('a closing bracket without an opening one');
    }
    return pattern;
  }

  #alternatives(): Pattern {
    const parts = [this.#sequence()];
    while (this.#take('|')) {
      parts.push(this.#sequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'alternatives', parts };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    for (;;) {
      const character = this.#peek();
      if (character === undefined || character === '|' || character === ')') {
        return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
      }
      parts.push(this.#repeated(this.#atom(), character === '('));
    }
  }

  #repeated(part: Pattern, isGroup: boolean): Pattern {
    const count = this.#count();
    if (count === undefined) {
      return part;
    }
    if (part.kind === 'assertion' && !isGroup) {
      throw this.#error('an anchor can not be repeated');
    }
    const greedy = !this.#take('?');
    if (greedy && this.#peek() === '+') {
      throw this.#error('possessive repeats are not supported');
    }
    if (this.#count() !== undefined) {
      throw this.#error('a repeat of a repeat; put the inner one in a group');
    }
    return { kind: 'repeat', part, ...count, greedy };
  }

  /** The quantifier at this place, if there is one. As in Python, a `{` that starts none is a literal. */
  #count(): { min: number; max: number } | undefined {
    switch (this.#peek()) {
      case '*':
        this.#position += 1;
        return { min: 0, max: Number.POSITIVE_INFINITY };
      case '+':
        this.#position += 1;
        return { min: 1, max: Number.POSITIVE_INFINITY };
      case '?':
        this.#position += 1;
        return { min: 0, max: 1 };
      case '{':
        return this.#bracedCount();
      default:
        return undefined;
    }
  }

  #bracedCount(): { min: number; max: number } | undefined {
    const start = this.#position;
    this.#position += 1;
    const low = this.#digits();
    const comma = this.#take(',');
    const high = comma ? this.#digits() : low;
    if (!this.#take('}') || (!comma && low === '')) {
      this.#position = start;
      return undefined;
    }
    const min = low === '' ? 0 : Number(low);
    const max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (min > HIGHEST_COUNT || (max > HIGHEST_COUNT && high !== '')) {
      throw this.#error(`a repeat of more than ${HIGHEST_COUNT} times`);
    }
    if (max < min) {
      throw this.#error('a repeat whose minimum is above its maximum');
    }
    return { min, max };
  }

  #digits(): string {
    let digits = '';
    for (let next = this.#peek(); next !== undefined && next >= '0' && next <= '9'; next = this.#peek()) {
      digits += next;
      this.#position += 1;
    }
    return digits;
  }

  #atom(): Pattern {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'character', accepts: this.#set() };
      case '.':
        return { kind: 'character', accepts: (codePoint) => codePoint !== 10 };
      case '^':
        return { kind: 'assertion', assertion: 'start' };
      case '$':
        return { kind: 'assertion', assertion: 'end' };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw this.#error(`nothing to repeat before "${character}"`);
      case '{': {
        // A literal, unless it reads as a quantifier: then Python too has nothing to repeat.
        this.#position -= 1;
        if (this.#bracedCount() !== undefined) {
          throw this.#error('nothing to repeat before "{"');
        }
        this.#position += 1;
        return literal(123);
      }
      default:
        return literal(character.codePointAt(0)!);
    }
  }

  #group(): Pattern {
    if (this.#take('?')) {
      const kind = this.#next();
      if (kind === 'P' && this.#take('<')) {
        this.#groupName();
      } else if (kind === '=' || kind === '!' || (kind === '<' && (this.#peek() === '=' || this.#peek() === '!'))) {
        throw this.#error('look-around is not supported');
      } else if (kind === 'P' && this.#peek() === '=') {
        throw this.#error('back-references are not supported');
      } else if (kind === '(') {
        throw this.#error('conditions are not supported');
      } else if (kind !== ':') {
        throw this.#error(`"(?${kind}" is not supported`);
      }
    }
    this.#depth += 1;
    if (this.#depth > DEEPEST_GROUPS) {
      throw this.#error(`more than ${DEEPEST_GROUPS} groups in each other`);
    }
    const pattern = this.#alternatives();
    this.#depth -= 1;
    if (!this.#take(')')) {
      throw this.#error('a group is not closed');
    }
    return pattern;
  }

  #groupName(): void {
    while (this.#next() !== '>') {
      // The name of a group means nothing where groups capture nothing.
    }
  }

  #escape(): Pattern {
    const letter = this.#next();
    const assertion = ASSERTION_OF_LETTER.get(letter);
    if (assertion !== undefined) {
      return { kind: 'assertion', assertion };
    }
    const accepts = CLASS_OF_LETTER.get(letter);
    return accepts === undefined ? literal(this.#escapedCodePoint(letter)) : { kind: 'character', accepts };
  }

  #escapedCodePoint(letter: string): number {
    const control = CONTROL_OF_LETTER.get(letter);
    if (control !== undefined) {
      return control;
    }
    const hexLength = HEX_LENGTH_OF_LETTER.get(letter);
    if (hexLength !== undefined) {
      const codePoint = Number(`0x${this.characters.slice(this.#position, this.#position + hexLength).join('')}`);
      if (!(codePoint <= 0x10ffff) || this.#position + hexLength > this.characters.length) {
        throw this.#error(`"\\${letter}" needs ${hexLength} hexadecimal digits`);
      }
      this.#position += hexLength;
      return codePoint;
    }
    if (letter === '0') {
      return 0;
    }
    if (letter >= '1' && letter <= '9') {
      throw this.#error('back-references are not supported');
    }
    if (/^[a-zA-Z]$/.test(letter)) {
      throw this.#error(`"\\${letter}" is not supported`);
    }
    return letter.codePointAt(0)!;
  }

  #set(): CharacterTest {
    const negated = this.#take('^');
    const points = new Set<number>();
    const tests: CharacterTest[] = [];
    for (let first = true; ; first = false) {
      const character = this.#next('a class is not closed');
      if (character === ']' && !first) {
        break;
      }
      const low = this.#setMember(character);
      // A hyphen is a range, unless it is the last of the class.
      if (this.#peek() === '-' && this.characters[this.#position + 1] !== ']') {
        this.#position += 1;
        const high = this.#setMember(this.#next('a class is not closed'));
        if (typeof low !== 'number' || typeof high !== 'number' || high < low) {
          throw this.#error('a range of a class runs backwards or has no end');
        }
        tests.push((codePoint) => codePoint >= low && codePoint <= high);
      } else if (typeof low === 'number') {
        points.add(low);
      } else {
        tests.push(low);
      }
    }
    return (codePoint) => (points.has(codePoint) || tests.some((accepts) => accepts(codePoint))) !== negated;
  }

  #setMember(character: string): number | CharacterTest {
    if (character !== '\\') {
      return character.codePointAt(0)!;
    }
    const letter = this.#next('a class is not closed');
    return letter === 'b' ? 8 : (CLASS_OF_LETTER.get(letter) ?? this.#escapedCodePoint(letter));
  }

  #peek(): string | undefined {
    return this.characters[this.#position];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) {
      return false;
    }
    this.#position += 1;
    return true;
  }

  #next(otherwise = 'it ends too early'): string {
    const character = this.#peek();
    if (character === undefined) {
      throw this.#error(otherwise);
    }
    this.#position += 1;
    return character;
  }

  #error(reason: string): InvalidPattern {
    return new InvalidPattern(`the regular expression can't be used: ${reason} (at its character ${this.#position})`);
  }
}

const literal = (wanted: number): Pattern => ({
  kind: 'character',
  accepts: (codePoint) => codePoint === wanted,
});

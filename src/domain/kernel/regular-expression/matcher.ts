import { isWord } from './character-classes.js';
import type { Assertion } from './pattern.js';
import type { Program } from './program.js';
import type { WorkCounter } from './work-counter.js';

/** Where a match lies: code points from `start` to before `end`. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/**
 * Searches for a match by Pike's machine: all ways through the program are followed at once, one character after another, so
 * that a search takes at most characters times instructions, whatever pattern and text are. Of several matches it finds the one
 * that Python's `re` finds: the leftmost, and of those the preferred.
 */
export class Matcher {
  readonly #program: Program;
  readonly #text: readonly number[];
  readonly #budget: WorkCounter;
  /** The step at which a place of the program was last entered: each is followed once a step. */
  readonly #entered: Float64Array;
  #step = 0;
  readonly #pending: number[] = [];

  constructor(program: Program, text: readonly number[], budget: WorkCounter) {
    this.#program = program;
    this.#text = text;
    this.#budget = budget;
    budget.charge(program.length);
    this.#entered = new Float64Array(program.length);
  }

  /** @param mustAdvance a match that starts at `from` has to hold a character */
  search(from: number, mustAdvance: boolean): Match | undefined {
    let threads: Thread[] = [];
    let found: Match | undefined;
    for (let position = from; position <= this.#text.length; position += 1) {
      if (found !== undefined && threads.length === 0) {
        break;
      }
      this.#step += 1;
      const next: Thread[] = [];
      for (const thread of threads) {
        this.#follow(thread.place, thread.start, position, next);
      }
      if (found === undefined) {
        this.#follow(0, position, position, next);
      }
      this.#budget.charge(next.length + 1);
      threads = [];
      for (const { place, start } of next) {
        const instruction = this.#program[place]!;
        if (instruction.op === 'match') {
          if (mustAdvance && start === from && position === from) {
            continue;
          }
          found = { start, end: position };
          // What comes later is less preferred.
          break;
        }
        const codePoint = this.#text[position];
        if (instruction.op === 'character' && codePoint !== undefined && instruction.accepts(codePoint)) {
          threads.push({ place: place + 1, start });
        }
      }
    }
    return found;
  }

  /** Adds the characters and matches that can be reached from a place without taking a character, the preferred first. */
  #follow(from: number, start: number, position: number, into: Thread[]): void {
    const pending = this.#pending;
    pending.push(from);
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      if (this.#entered[place] === this.#step) {
        continue;
      }
      this.#entered[place] = this.#step;
      this.#budget.charge(1);
      const instruction = this.#program[place]!;
      switch (instruction.op) {
        case 'split':
          pending.push(instruction.other, instruction.preferred);
          break;
        case 'jump':
          pending.push(instruction.to);
          break;
        case 'assertion':
          if (this.#holds(instruction.assertion, position)) {
            pending.push(place + 1);
          }
          break;
        case 'character':
        case 'match':
          into.push({ place, start });
          break;
      }
    }
  }

  #holds(assertion: Assertion, position: number): boolean {
    const length = this.#text.length;
    switch (assertion) {
      case 'start':
        return position === 0;
      case 'very-end':
        return position === length;
      case 'end':
        return position === length || (position === length - 1 && this.#text[position] === 10);
      case 'word-boundary':
        return this.#isBoundary(position);
      case 'no-word-boundary':
        // As in Python before 3.14: an empty text has no boundary, and no place between two either.
        return length > 0 && !this.#isBoundary(position);
    }
  }

  #isBoundary(position: number): boolean {
    const before = this.#text[position - 1];
    const behind = this.#text[position];
    return (before !== undefined && isWord(before)) !== (behind !== undefined && isWord(behind));
  }
}

interface Thread {
  readonly place: number;
  /** Where its match began. */
  readonly start: number;
}

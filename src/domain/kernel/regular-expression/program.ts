import { InvalidPattern } from './invalid-pattern.js';
import type { Assertion, CharacterTest, Pattern } from './pattern.js';

/** One step of a matching machine; numbers are places in the program. */
export type Instruction =
  | { readonly op: 'character'; readonly accepts: CharacterTest }
  | { readonly op: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both places, the first of which is preferred. */
  | { op: 'split'; preferred: number; other: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'match' };

export type Program = readonly Instruction[];

/** Instructions that a program may have: `{m,n}` in each other multiply. */
export const LONGEST_PROGRAM = 5000;

/**
 * The program of a pattern, in Thompson's way.
 * @throws InvalidPattern where it gets too long
 */
export const compilePattern = (pattern: Pattern): Program => {
  const program: Instruction[] = [];
  emit(pattern, program);
  add(program, { op: 'match' });
  return program;
};

const add = <T extends Instruction>(program: Instruction[], instruction: T): T => {
  if (program.length >= LONGEST_PROGRAM) {
    throw new InvalidPattern("the regular expression can't be used: its repeats make it too large");
  }
  program.push(instruction);
  return instruction;
};

const emit = (pattern: Pattern, program: Instruction[]): void => {
  switch (pattern.kind) {
    case 'character':
      add(program, { op: 'character', accepts: pattern.accepts });
      return;
    case 'assertion':
      add(program, { op: 'assertion', assertion: pattern.assertion });
      return;
    case 'sequence':
      for (const part of pattern.parts) {
        emit(part, program);
      }
      return;
    case 'alternatives':
      emitAlternatives(pattern.parts, program);
      return;
    case 'repeat':
      emitRepeat(pattern, program);
      return;
  }
};

const emitAlternatives = (parts: readonly Pattern[], program: Instruction[]): void => {
  const jumps: { to: number }[] = [];
  parts.forEach((part, index) => {
    if (index === parts.length - 1) {
      emit(part, program);
      return;
    }
    const split = add(program, { op: 'split', preferred: program.length + 1, other: 0 });
    emit(part, program);
    jumps.push(add(program, { op: 'jump', to: 0 }));
    split.other = program.length;
  });
  for (const jump of jumps) {
    jump.to = program.length;
  }
};

const emitRepeat = (repeat: Extract<Pattern, { kind: 'repeat' }>, program: Instruction[]): void => {
  const { part, min, max, greedy } = repeat;
  const unbounded = max === Number.POSITIVE_INFINITY;
  // The last of the copies that have to be there is the one that an unbounded repeat returns to. Returning to a split before it
  // instead would lose the way out behind a copy of nothing, and find other matches than Python does.
  for (let count = unbounded ? 1 : 0; count < min; count += 1) {
    emitCopy(part, program);
  }
  const ways: { preferred: number; other: number }[] = [];
  const addWay = (onward: number): void => {
    ways.push(add(program, { op: 'split', preferred: onward, other: onward }));
  };
  if (unbounded) {
    if (min === 0) {
      addWay(program.length + 1);
    }
    const start = program.length;
    emitCopy(part, program);
    addWay(start);
  } else {
    for (let count = min; count < max; count += 1) {
      addWay(program.length + 1);
      emit(part, program);
    }
  }
  for (const way of ways) {
    way[greedy ? 'other' : 'preferred'] = program.length;
  }
};

/** Each copy takes a place, even one of nothing, so that the program's length bounds how long emitting it takes. */
const emitCopy = (part: Pattern, program: Instruction[]): void => {
  add(program, { op: 'jump', to: program.length + 1 });
  emit(part, program);
};

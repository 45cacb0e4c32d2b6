import type { Part } from './part.js';

/** Texts and parts one after another. Texts beside each other are joined, and their length is counted at once. */
export function sequence(pieces: readonly (string | Part)[]): Part {
  const [lead, ...rest] = alternating(pieces);
  const parts = rest.map(({ part }) => part);
  const tails = rest.map(({ tail }) => tail);
  const start = lead.tail;
  const length = tails.reduce((sum, tail) => sum + tail.length, start.length);
  const [first, second] = parts;
  if (first === undefined) {
    return start === ''
      ? () => ''
      : (run) => {
          run.write(length);
          return start;
        };
  }
  if (second === undefined) {
    const end = tails[0] as string;
    if (length === 0) return first;
    return (run) => {
      run.write(length);
      return start + first(run) + end;
    };
  }
  return (run) => {
    run.write(length);
    let text = start;
    for (let index = 0; index < parts.length; index++) text += (parts[index] as Part)(run) + (tails[index] as string);
    return text;
  };
}

interface Piece {
  readonly part: Part;
  tail: string;
}

function alternating(pieces: readonly (string | Part)[]): [{ tail: string }, ...Piece[]] {
  const result: [{ tail: string }, ...Piece[]] = [{ tail: '' }];
  for (const piece of pieces) {
    if (typeof piece === 'string') (result.at(-1) as { tail: string }).tail += piece;
    else result.push({ part: piece, tail: '' });
  }
  return result;
}

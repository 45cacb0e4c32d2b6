/**
 * A text as a sequence of code points: the text itself where each is one UTF-16 unit (the usual case, free of charge), else
 * a list of them. Both have `length`, `indexOf`, `lastIndexOf` and indices.
 */
export type CodePoints = string | readonly string[];

const SURROGATE = /[\ud800-\udfff]/;

export const codePointsOf = (text: string): CodePoints => (SURROGATE.test(text) ? Array.from(text) : text);

/** The text of the code points from `start` up to `end`, both within the sequence. */
export function textBetween(points: CodePoints, start: number, end: number = points.length): string {
  return typeof points === 'string' ? points.slice(start, end) : points.slice(start, end).join('');
}

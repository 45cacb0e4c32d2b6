import { type CodePoints, codePointsOf, textBetween } from './code-points.js';
import { str } from './printing.js';
import { type Budget, SafeText, type Value } from './value.js';

export interface TextOfValue {
  text: string;
  /** Whether it is marked as needing no escaping. */
  safe: boolean;
}

/** What `str()` makes of a value, with its mark. Only texts bear one. */
export function textOf(value: Value, budget: Budget): TextOfValue {
  if (typeof value === 'string') return { text: value, safe: false };
  if (value instanceof SafeText) return { text: value.text, safe: true };
  return { text: str(value, budget), safe: false };
}

/** The characters of a text as Python counts them: a pair of surrogates is one. */
export const codePoints = (text: string): string[] => Array.from(text);

/** How many characters Python sees. */
export function length(text: string): number {
  const points: CodePoints = codePointsOf(text);
  return points.length;
}

/** `text[start:end]` for bounds that count code points and are not negative. */
export function sliceText(text: string, start: number, end?: number): string {
  const points = codePointsOf(text);
  return textBetween(points, Math.min(start, points.length), Math.min(end ?? points.length, points.length));
}

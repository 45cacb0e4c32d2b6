/** Beyond this length of a needle the engine's own search can take time that grows with both lengths. */
const SHORT = 64;

/**
 * Where `needle` first occurs in `text` at or behind `from`, -1 where it doesn't; in time that grows with the lengths' sum,
 * whatever is in them.
 */
export function indexOfText(text: string, needle: string, from = 0): number {
  return needle.length <= SHORT ? text.indexOf(needle, from) : new LongNeedle(needle).indexIn(text, from);
}

/** All places of `needle`, none overlapping another. The needle is not empty. */
export function occurrences(text: string, needle: string): number[] {
  const long = needle.length > SHORT ? new LongNeedle(needle) : undefined;
  const places: number[] = [];
  let from = 0;
  for (;;) {
    const place = long === undefined ? text.indexOf(needle, from) : long.indexIn(text, from);
    if (place < 0) return places;
    places.push(place);
    from = place + needle.length;
  }
}

/** Knuth, Morris and Pratt's search. */
class LongNeedle {
  /** For each length of a matched beginning: of its proper endings, the longest that is a beginning too. */
  readonly #fallback: Int32Array;

  constructor(private readonly needle: string) {
    this.#fallback = new Int32Array(needle.length + 1);
    let matched = 0;
    for (let index = 1; index < needle.length; index++) {
      while (matched > 0 && needle.charCodeAt(index) !== needle.charCodeAt(matched)) matched = this.#after(matched);
      if (needle.charCodeAt(index) === needle.charCodeAt(matched)) matched++;
      this.#fallback[index + 1] = matched;
    }
  }

  indexIn(text: string, from: number): number {
    let matched = 0;
    for (let index = from; index < text.length; index++) {
      while (matched > 0 && text.charCodeAt(index) !== this.needle.charCodeAt(matched)) matched = this.#after(matched);
      if (text.charCodeAt(index) === this.needle.charCodeAt(matched)) matched++;
      if (matched === this.needle.length) return index - matched + 1;
    }
    return -1;
  }

  #after(matched: number): number {
    return this.#fallback[matched] ?? 0;
  }
}

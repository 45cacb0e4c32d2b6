/** What a regular expression says, as a tree. */
export type Pattern =
  | { readonly kind: 'character'; readonly accepts: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'alternatives'; readonly parts: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly part: Pattern;
      readonly min: number;
      /** Infinity where there is no upper bound. */
      readonly max: number;
      /** Takes as many as it can; a lazy one (`*?`) as few. */
      readonly greedy: boolean;
    };

/** Whether a code point is accepted. */
export type CharacterTest = (codePoint: number) => boolean;

/**
 * `start`: `^` and `\A`; `end`: `$` (at the end, or before a line feed that ends the text); `very-end`: `\Z`;
 * `word-boundary` and `no-word-boundary`: `\b` and `\B`.
 */
export type Assertion = 'start' | 'end' | 'very-end' | 'word-boundary' | 'no-word-boundary';

/** A piece of a template. Lines and columns count from 1. */
export interface Token {
  readonly type: 'text' | 'variable' | 'block';
  /** Without the brackets and the white space inside of them. */
  readonly contents: string;
  readonly line: number;
  readonly column: number;
  /** Where `contents` begins. */
  readonly contentsColumn: number;
}

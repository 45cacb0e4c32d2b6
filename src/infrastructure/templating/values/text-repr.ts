/** What Python doesn't print as it is: control, format, private, unassigned, separators other than the blank. */
const UNPRINTABLE = /[\\\p{C}\p{Z}]/u;
const UNPRINTABLE_ALL = /[\\'\p{C}\p{Z}]/gu;

/** A text as Python shows it inside a list: in quotes, which are double where it has single ones only. */
export function textRepr(text: string): string {
  const single = text.includes("'");
  const quote = single && !text.includes('"') ? '"' : "'";
  const escapesQuote = single && quote === "'";
  if (!escapesQuote && !UNPRINTABLE.test(text)) return quote + text + quote;
  const body = text.replace(UNPRINTABLE_ALL, (character) => {
    if (character === ' ') return character;
    if (character === "'") return escapesQuote ? "\\'" : character;
    return escaped(character);
  });
  return quote + body + quote;
}

function escaped(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
  }
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

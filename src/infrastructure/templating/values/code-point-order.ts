/** Below zero where `a` comes before `b` as Python orders texts: by code point, not by UTF-16 unit. */
export function compareTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  let index = 0;
  while (index < shared && a.charCodeAt(index) === b.charCodeAt(index)) index++;
  if (index === shared) return a.length - b.length;
  return rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
}

/** Surrogates stand for what is beyond all single units, yet aren't the highest of them. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

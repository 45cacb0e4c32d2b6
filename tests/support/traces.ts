import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where any of the words stands in any file of the folder, write-ahead logs included: `FILE: WORD`. In any case of letters. */
export function tracesIn(folder: string, words: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(folder, name));
    } catch {
      continue; // a folder
    }
    for (const word of tracesOf(bytes, words)) found.push(`${name}: ${word}`);
  }
  return found;
}

/** Those of the words that stand in the text: as they are, or as base64, hexadecimal or escapes would write them. */
export function tracesOf(text: Buffer | string, words: readonly string[]): string[] {
  const lower = Buffer.from(text).toString('latin1').toLowerCase();
  return words.filter((word) => spellings(word).some((spelling) => lower.includes(spelling.toLowerCase())));
}

function spellings(word: string): string[] {
  const bytes = Buffer.from(word);
  const latin1 = bytes.toString('latin1');
  // Base64 of a word inside of a longer text depends on where it begins; its inner characters do not.
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(shift === 0 ? 0 : shift + 1, -4);
  });
  return [latin1, bytes.toString('hex'), encodeURIComponent(word), JSON.stringify(word).slice(1, -1), ...encoded];
}

const BYTES = new TextEncoder();
const ALWAYS_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~';
const ENCODED: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/** Python's `quote`: UTF-8 bytes as `%XX`, save letters, digits, `_.-~` and what else is said to be safe. */
export function percentEncode(text: string, safe: string): string {
  const kept = new Set(Array.from(ALWAYS_SAFE + safe, (character) => character.charCodeAt(0)));
  const byByte = ENCODED.map((code, byte) => (byte < 0x80 && kept.has(byte) ? String.fromCharCode(byte) : code));
  let encoded = '';
  for (const byte of BYTES.encode(text)) encoded += byByte[byte];
  return encoded;
}

/** Python's `unquote`: a `%` that no two hexadecimal digits follow stays, bytes that aren't UTF-8 become U+FFFD. */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16)),
    ),
  );
}

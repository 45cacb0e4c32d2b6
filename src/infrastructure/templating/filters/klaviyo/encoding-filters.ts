import { createHash } from 'node:crypto';
import type { Budget } from '../../values/value.js';
import type { Filter } from '../filter.js';

/** A filter from text to text without an argument. */
const encoding = (encode: (text: string, budget: Budget) => string): Filter => ({
  argument: 'none',
  takesText: true,
  apply: (value, _argument, { budget }) => {
    const text = value as string;
    budget.charge(text.length);
    return encode(text, budget);
  },
});

/** Python's `quote_plus`: all bytes but ASCII letters, digits and `_.-~` are written in hexadecimal, a space as `+`. */
const urlEncodePlus = (text: string, budget: Budget): string => {
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (const byte of bytes) {
    length += byte === SPACE || isUnreserved(byte) ? 1 : 3;
  }
  budget.chargeText(length);
  let encoded = '';
  for (const byte of bytes) {
    if (byte === SPACE) {
      encoded += '+';
    } else if (isUnreserved(byte)) {
      encoded += String.fromCharCode(byte);
    } else {
      encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }
  }
  return encoded;
};

const SPACE = 0x20;
const PERCENT = 0x25;
const PLUS = 0x2b;

const isUnreserved = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x5f ||
  byte === 0x2e ||
  byte === 0x2d ||
  byte === 0x7e;

/** Python's `unquote`: an escape that is none stays as it is, bytes that are no UTF-8 become U+FFFD. */
const urlDecode = (text: string, plusIsSpace: boolean): string => {
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    const high = byte === PERCENT ? hexDigit(bytes[index + 1]) : undefined;
    const low = high === undefined ? undefined : hexDigit(bytes[index + 2]);
    if (high !== undefined && low !== undefined) {
      bytes[length] = high * 16 + low;
      index += 2;
    } else {
      bytes[length] = plusIsSpace && byte === PLUS ? SPACE : byte;
    }
    length += 1;
  }
  return bytes.toString('utf8', 0, length);
};

const hexDigit = (byte: number | undefined): number | undefined => {
  if (byte === undefined) {
    return undefined;
  }
  if (byte >= 0x30 && byte <= 0x39) {
    return byte - 0x30;
  }
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
};

const base64Encode = (text: string, budget: Budget, form: 'standard' | 'url'): string => {
  budget.chargeText(Math.ceil(Buffer.byteLength(text, 'utf8') / 3) * 4);
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return form === 'url' ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded;
};

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that Base64 stands for; white space in it and missing `=` are forgiven, and what is no Base64 of a text gives an empty one. */
const base64Decode = (text: string, form: 'standard' | 'url'): string => {
  const compact = text.replace(/[ \t\r\n\f\v]/g, '');
  const standard = form === 'url' ? compact.replaceAll('-', '+').replaceAll('_', '/') : compact;
  const end = standard.indexOf('=');
  const digits = end < 0 ? standard.length : end;
  if (!BASE64.test(standard) || digits % 4 === 1) {
    return '';
  }
  try {
    return UTF8.decode(Buffer.from(standard, 'base64'));
  } catch {
    return '';
  }
};

const hashing = (algorithm: 'md5' | 'sha1' | 'sha256'): Filter =>
  encoding((text) => createHash(algorithm).update(text, 'utf8').digest('hex'));

export const ENCODING_FILTERS: readonly (readonly [string, Filter])[] = [
  ['urlencodeplus', encoding(urlEncodePlus)],
  ['urldecode', encoding((text) => urlDecode(text, false))],
  ['urldecodeplus', encoding((text) => urlDecode(text, true))],
  ['base64_encode', encoding((text, budget) => base64Encode(text, budget, 'standard'))],
  ['base64_decode', encoding((text) => base64Decode(text, 'standard'))],
  ['base64_url_safe_encode', encoding((text, budget) => base64Encode(text, budget, 'url'))],
  ['base64_url_safe_decode', encoding((text) => base64Decode(text, 'url'))],
  ['md5_hash', hashing('md5')],
  ['sha_1', hashing('sha1')],
  ['sha_256', hashing('sha256')],
];

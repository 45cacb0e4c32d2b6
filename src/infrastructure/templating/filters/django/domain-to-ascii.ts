import { punycode } from './punycode.js';

/** Labels are longer nowhere; the encoding of longer ones isn't worth its time. */
const MAX_LABEL = 63;

/** A domain as IDNA 2003 writes it in ASCII, undefined for one that can't be. A port or user name is taken along. */
export function domainToAscii(domain: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(domain)) return isAsciiDomain(domain) ? domain : undefined;
  const labels = domain.split(/[.\u3002\uff0e\uff61]/);
  const trailingDot = labels.at(-1) === '';
  if (trailingDot) labels.pop();
  const ascii = labels.map(labelToAscii);
  if (ascii.some((label) => label === undefined)) return undefined;
  return ascii.join('.') + (trailingDot ? '.' : '');
}

function isAsciiDomain(domain: string): boolean {
  const labels = domain.split('.');
  const last = labels.pop() ?? '';
  return last.length <= MAX_LABEL && labels.every((label) => label !== '' && label.length <= MAX_LABEL);
}

function labelToAscii(label: string): string | undefined {
  if (label.length > MAX_LABEL) return undefined;
  const prepared = /^[\0-\x7f]*$/.test(label) ? label : prepare(label);
  const ascii = /^[\0-\x7f]*$/.test(prepared) ? prepared : `xn--${punycode(prepared)}`;
  return ascii !== '' && ascii.length <= MAX_LABEL ? ascii : undefined;
}

/** RFC 3491, nearly: letters are folded to small ones and composed, what doesn't show is left out. */
const prepare = (label: string): string =>
  label
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .normalize('NFKC');

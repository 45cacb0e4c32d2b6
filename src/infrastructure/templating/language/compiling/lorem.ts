import { toInt } from '../../values/numbers.js';
import type { Budget, Value } from '../../values/value.js';

const COMMON =
  'Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut labore et dolore magna ' +
  'aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. ' +
  'Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint ' +
  'occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.';
const WORDS = [...new Set(COMMON.toLowerCase().match(/[a-z]+/g))];
/** Words of the common text that `lorem N w` begins with. */
const COMMON_WORDS = WORDS.slice(0, 19);

/** Latin filler: words, paragraphs in `<p>`, or blocks of text. The first is the common one unless it is all random. */
export function lorem(count: Value, method: 'w' | 'p' | 'b', common: boolean, budget: Budget): string {
  const wanted = Number(toInt(count) ?? 1);
  if (method === 'w') return loremWords(wanted, common, budget);
  const paragraphs: string[] = [];
  for (let index = 0; index < wanted; index++) {
    const text = common && index === 0 ? COMMON : paragraph();
    budget.charge(text.length);
    budget.chargeText((index + 1) * 60);
    paragraphs.push(method === 'p' ? `<p>${text}</p>` : text);
  }
  return paragraphs.join('\n\n');
}

function loremWords(wanted: number, common: boolean, budget: Budget): string {
  const start = common ? COMMON_WORDS : [];
  // As Python's slice: a negative count leaves words out at the end.
  if (wanted <= start.length) return start.slice(0, wanted).join(' ');
  budget.chargeText(wanted * 2);
  budget.charge(wanted * 6);
  return [...start, ...Array.from({ length: wanted - start.length }, anyWord)].join(' ');
}

function paragraph(): string {
  return Array.from({ length: between(1, 4) }, sentence).join(' ');
}

function sentence(): string {
  const part = () => Array.from({ length: between(3, 12) }, anyWord).join(' ');
  const text = Array.from({ length: between(1, 5) }, part).join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${Math.random() < 0.5 ? '?' : '.'}`;
}

function anyWord(): string {
  return WORDS[between(0, WORDS.length - 1)] as string;
}

function between(least: number, most: number): number {
  return least + Math.floor(Math.random() * (most - least + 1));
}

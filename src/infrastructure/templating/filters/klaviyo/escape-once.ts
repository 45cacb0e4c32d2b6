import { SafeText } from '../../values/value.js';
import type { Filter } from '../filter.js';

const ENTITY_OF: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#x27;'],
]);

/** Bounded, so that looking for an entity at each ampersand stays linear. */
const ENTITY = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/iy;

/** Escapes for HTML, but not the ampersands of entities that are there already. */
export const escapeOnce: Filter = {
  argument: 'none',
  takesText: true,
  isSafe: true,
  apply: (value, _argument, { budget }) => {
    const text = value as string;
    budget.charge(text.length);
    const places = text.matchAll(/[&<>"']/g);
    const escapes: { readonly place: number; readonly entity: string }[] = [];
    let length = text.length;
    for (const { 0: character, index } of places) {
      if (character === '&' && isEntityAt(text, index)) {
        continue;
      }
      budget.charge(1);
      const entity = ENTITY_OF.get(character)!;
      length += entity.length - 1;
      escapes.push({ place: index, entity });
    }
    budget.chargeText(length);
    let escaped = '';
    let copied = 0;
    for (const { place, entity } of escapes) {
      escaped += text.slice(copied, place) + entity;
      copied = place + 1;
    }
    return new SafeText(escaped + text.slice(copied));
  },
};

const isEntityAt = (text: string, place: number): boolean => {
  ENTITY.lastIndex = place;
  return ENTITY.test(text);
};

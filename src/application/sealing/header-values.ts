import { pointerTo } from '../../domain/kernel/json-pointer.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import type { Vault } from '../ports/vault.js';

/** No header can hold a bullet, so a shown value is never mistaken for a real one. */
const SHOWN = /^•••sha256:[0-9a-f]{8}$/;

/**
 * Shows header values without giving them away: `•••sha256:` and the first 8 hex digits of a keyed hash of name and value.
 * Two that are shown alike are the same, so a change can be seen; without the key nobody can try values out.
 */
export const showHeaders = (headers: RequestHeaders, vault: Vault): RequestHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, shownValue(name, value, vault)]));

/**
 * Headers as a caller sends them after having read them: a value as it was shown stands for the one that is kept.
 * @throws RuleViolation header_value_hidden where a shown value is not that of the header kept
 */
export function restoreHeaders(given: RequestHeaders, kept: RequestHeaders, vault: Vault): RequestHeaders {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!SHOWN.test(value)) return [name, value];
      const real = Object.hasOwn(kept, name) ? kept[name] : undefined;
      if (real !== undefined && shownValue(name, real, vault) === value) return [name, real];
      throw new RuleViolation(
        'header_value_hidden',
        `The value of the header ${name} is one that is only shown; give the real one.`,
        pointerTo(['headers', name]),
      );
    }),
  );
}

const shownValue = (name: string, value: string, vault: Vault): string =>
  `•••sha256:${vault.keyedHash('header', name, value).slice(0, 8)}`;

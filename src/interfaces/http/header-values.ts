import { createHmac, randomBytes } from 'node:crypto';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import { pointerTo } from './api-error.js';

/** No header can hold a bullet, so a shown value is never mistaken for a real one. */
const SHOWN = /^•••sha256:[0-9a-f]{8}$/;

/**
 * Shows header values without giving them away: `•••sha256:` and the first 8 hex digits of a keyed hash of name and value.
 * Two that are shown alike are the same, so a change can be seen; without the key nobody can try values out.
 */
export class HeaderValues {
  constructor(private readonly key: Buffer = randomBytes(32)) {}

  show(headers: RequestHeaders): RequestHeaders {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.#hash(name, value)]));
  }

  /**
   * Headers as a caller sends them after having read them: a value as it was shown stands for the one that is kept.
   * @throws RuleViolation header_value_hidden where a shown value is not that of the header kept
   */
  restore(given: RequestHeaders, kept: RequestHeaders): RequestHeaders {
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        if (!SHOWN.test(value)) return [name, value];
        const real = Object.hasOwn(kept, name) ? kept[name] : undefined;
        if (real !== undefined && this.#hash(name, real) === value) return [name, real];
        throw new RuleViolation(
          'header_value_hidden',
          `The value of the header ${name} is one that is only shown; give the real one.`,
          `/headers${pointerTo([name])}`,
        );
      }),
    );
  }

  #hash(name: string, value: string): string {
    const digest = createHmac('sha256', this.key)
      .update(JSON.stringify([name, value]))
      .digest('hex');
    return `•••sha256:${digest.slice(0, 8)}`;
  }
}

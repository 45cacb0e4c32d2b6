import { pointerTo } from '../kernel/json-pointer.js';
import { RuleViolation } from '../kernel/rule-violation.js';

/** Header names and values as the user gave them; a name stands once, whatever its case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** field-name = token (RFC 9110, sections 5.1 and 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** field-value: visible characters, spaces and tabs, obs-text up to 0xFF; nothing that could end the line (5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that the engine or HTTP itself decides about; a user's value would break the request or its signature. */
const SET_BY_THE_ENGINE = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'klaviyo-signature',
  'klaviyo-timestamp',
  'klaviyo-webhook-id',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
  'x-klaviyo-flow-id',
]);

const MAX_HEADERS = 50;
const MAX_BYTES = 16_384;

/**
 * Checks the headers that a user adds to an action.
 *
 * @throws RuleViolation header_name, header_value, header_reserved, header_repeated, headers_too_large; its pointer names
 * the header
 */
export function checkHeaders(headers: RequestHeaders): RequestHeaders {
  const entries = Object.entries(headers);
  const seen = new Set<string>();
  let bytes = 0;
  for (const [name, value] of entries) {
    const pointer = pointerTo([name]);
    if (!TOKEN.test(name)) {
      throw new RuleViolation(
        'header_name',
        `${JSON.stringify(name)} is not a header name; use letters, digits and hyphens (RFC 9110, section 5.1).`,
        pointer,
      );
    }
    const lower = name.toLowerCase();
    if (SET_BY_THE_ENGINE.has(lower)) {
      throw new RuleViolation(
        'header_reserved',
        `The header ${name} is set by hookledger itself; take it out.`,
        pointer,
      );
    }
    if (seen.has(lower)) {
      throw new RuleViolation('header_repeated', `The header ${name} is given twice; keep one.`, pointer);
    }
    seen.add(lower);
    if (!FIELD_VALUE.test(value)) {
      throw new RuleViolation(
        'header_value',
        `The value of the header ${name} holds a line break or another character that a header can't carry; take it out.`,
        pointer,
      );
    }
    if (/^[\t ]|[\t ]$/.test(value)) {
      throw new RuleViolation(
        'header_value',
        `The value of the header ${name} begins or ends with white space, which HTTP drops; take it out.`,
        pointer,
      );
    }
    bytes += name.length + value.length;
  }
  if (entries.length > MAX_HEADERS || bytes > MAX_BYTES) {
    throw new RuleViolation(
      'headers_too_large',
      `The headers are too many or too large; at most ${MAX_HEADERS} and ${MAX_BYTES} bytes together.`,
    );
  }
  return headers;
}

import { type Json, type JsonObject, jsonEqual } from '../kernel/json.js';
import { RuleViolation } from '../kernel/rule-violation.js';

/** What items and variants are described by; Klaviyo's names. */
export type ProductAttributes = {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly image_full_url: string | null;
  readonly image_thumbnail_url: string | null;
  readonly images: readonly string[];
  readonly custom_metadata: JsonObject;
  readonly published: boolean;
};

/** Klaviyo's bound on one item or variant; bytes of JSON. */
const MOST_BYTES = 102_400;

/** The given attributes that are not so yet. */
export function differing<Attributes extends Readonly<Record<string, Json | undefined>>>(
  given: Partial<Attributes>,
  present: Attributes,
): Partial<Attributes> {
  const differences = Object.entries(given).filter(
    ([name, value]) => value !== undefined && !jsonEqual(value as Json, present[name]),
  );
  return Object.fromEntries(differences) as Partial<Attributes>;
}

/** @throws RuleViolation catalog_attributes_too_large */
export function checkSize(attributes: object): void {
  const bytes = Buffer.byteLength(JSON.stringify(attributes));
  if (bytes <= MOST_BYTES) return;
  throw new RuleViolation(
    'catalog_attributes_too_large',
    `The attributes take ${bytes} bytes; shorten them to ${MOST_BYTES} at the most.`,
    '/attributes',
  );
}

/** @throws RuleViolation catalog_price_invalid */
export function checkPrice(price: number | null | undefined): void {
  if (price == null || (Number.isFinite(price) && price >= 0)) return;
  throw new RuleViolation('catalog_price_invalid', 'A price has to be 0 or more.', '/attributes/price');
}

/** @throws RuleViolation catalog_title_missing */
export function checkTitle(title: string | undefined): void {
  if (title === undefined || title.trim() !== '') return;
  throw new RuleViolation('catalog_title_missing', 'The title is empty; give one.', '/attributes/title');
}

import { type Place, refusal } from './refusal.js';

const FILES_AND_TEMPLATES = ['include', 'extends', 'block', 'endblock', 'load', 'ssi', 'import', 'from', 'macro'];
const OF_THE_SITE = [
  'csrf_token',
  'url',
  'debug',
  'static',
  'get_static_prefix',
  'get_media_prefix',
  'cache',
  'endcache',
];
const TRANSLATION = ['trans', 'translate', 'blocktrans', 'blocktranslate', 'plural', 'get_current_language'];
const KLAVIYO = [
  ...['coupon_code', 'catalog', 'endcatalog', 'has_category', 'customobject', 'endcustomobject', 'customobjects'],
  ...['endcustomobjects', 'barcode', 'update_property_link', 'render_variable', 'unsubscribe', 'unsubscribe_link'],
  ...['manage_preferences', 'manage_preferences_link', 'web_view', 'web_view_link'],
];
/** Names that Klaviyo fills in messages only. */
const KLAVIYO_NAMES = ['feeds', 'catalog_item'];

/** Refuses, with the reason, tags that Django or Klaviyo have but that can't be here. */
export function assertSupportedTag(name: string, place: Place): void {
  if (KLAVIYO.includes(name)) throw refusal(`{% ${name} %} is not supported in webhooks.`, place);
  if (FILES_AND_TEMPLATES.includes(name)) {
    throw refusal(`{% ${name} %} is not available: a body can't reach files or other templates.`, place);
  }
  if (OF_THE_SITE.includes(name)) {
    throw refusal(`{% ${name} %} is not available: a body can't reach the host that renders it.`, place);
  }
  if (TRANSLATION.includes(name)) throw refusal(`{% ${name} %} is not available: bodies are not translated.`, place);
}

/** Refuses look-ups of feeds and of the catalog. */
export function assertWebhookName(name: string, place: Place): void {
  if (KLAVIYO_NAMES.includes(name)) throw refusal(`"${name}" (feeds and catalog) is not supported in webhooks.`, place);
}

/** What Klaviyo puts in front of the caller's own id: the integration and the catalog. There is one of each here. */
const PREFIX = '$custom:::$default:::';

/** Leaves room in an address, where the prefix goes with it. */
export const MAX_EXTERNAL_ID = 128;

/** Variants are found by it, and what is found by an index has to be short. */
export const MAX_SKU = 255;

/** The id of an item or variant. Source: Klaviyo's catalog ids, `{integration}:::{catalog}:::{external_id}`. */
export const catalogIdOf = (externalId: string): string => PREFIX + externalId;

/** The caller's own id of an item or variant. */
export const externalIdOf = (catalogId: string): string =>
  catalogId.startsWith(PREFIX) ? catalogId.slice(PREFIX.length) : catalogId;

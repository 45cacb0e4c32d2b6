import type { ProfileAttributes } from '../../domain/profile/profile.js';
import type { ProfileAttributesGiven } from './schemas/profile-schemas.js';

/** What is really given: where there is nothing to clear, null says as much as leaving the field out. */
export function givenAttributes(given: ProfileAttributesGiven): ProfileAttributes {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) if (value != null) attributes[name] = value;
  return attributes as ProfileAttributes;
}

/** What is to change: null clears the attribute, and what is left out stays (Klaviyo's rule for updates). */
export const changedAttributes = (given: ProfileAttributesGiven): ProfileAttributes =>
  // The domain's type knows no cleared identifier; its merging and claiming of identifiers do.
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ProfileAttributes;

import type { Json, JsonObject } from '../kernel/json.js';
import type { ProfileAttributes } from '../profile/profile.js';

/** `properties['Name']`, `location["city"]`: how Klaviyo writes what is inside of another. */
const INSIDE = /^(properties|location)\[(?:'(.*)'|"(.*)")\]$/s;

/**
 * A profile's property by the name that a condition has for it; undefined where it has none. `properties['Name']` and
 * `location['city']` say where to look, and so does `location.city`; `$email` is Klaviyo's older way to write `email`. A
 * bare name is looked for among the attributes, then among the custom properties, then in the location.
 */
export function profileProperty(attributes: ProfileAttributes, name: string): Json | undefined {
  const inside = INSIDE.exec(name);
  if (inside !== null) return own(attributes[inside[1] as 'properties' | 'location'], inside[2] ?? inside[3] ?? '');
  const { properties, location, ...others } = attributes;
  const found = own(others as JsonObject, name) ?? own(properties, name) ?? own(location, name);
  if (found !== undefined) return found;
  if (name.startsWith('location.')) return own(location, name.slice('location.'.length));
  return name.startsWith('$') ? own(others as JsonObject, name.slice(1)) : undefined;
}

/** A property of what triggered a flow. */
export const eventProperty = (properties: JsonObject | undefined, field: string): Json | undefined =>
  own(properties, field);

/** Only what the object itself holds: a property may be called like something that objects inherit. */
function own(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
}

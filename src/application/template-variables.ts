import type { Json, JsonObject } from '../domain/kernel/json.js';
import type { ProfileAttributes } from '../domain/profile/profile.js';
import { hasEventVariables, type TriggerData } from '../domain/trigger/trigger.js';

/**
 * The names that a body may use. Source: Klaviyo's variables for webhook bodies: `person` (`profile` is the same), the
 * short forms of its name and addresses, `organization`, and `event` where the trigger is a metric or of the catalog.
 * A profile's own properties stand beside its attributes, which win where both have a name.
 */
export function templateVariables(
  profileId: string,
  attributes: ProfileAttributes,
  triggerId: string,
  trigger: Pick<TriggerData, 'kind' | 'properties'>,
  organization: string,
): JsonObject {
  const { properties, ...own } = attributes;
  const person: Record<string, Json> = { ...properties };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) person[name] = value;
  person.id = profileId;
  const variables: Record<string, Json> = { person, profile: person, organization: { name: organization } };
  for (const name of ['first_name', 'last_name', 'email', 'phone_number']) {
    const value = person[name];
    if (value !== undefined) variables[name] = value;
  }
  if (hasEventVariables(trigger.kind)) variables.event = { ...trigger.properties, event_id: triggerId };
  return variables;
}

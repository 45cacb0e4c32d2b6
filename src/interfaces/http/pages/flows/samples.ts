import type { PreviewSample } from '../../../../application/queries/template-preview.js';
import type { JsonObject } from '../../../../domain/kernel/json.js';
import type { ProfileAttributes } from '../../../../domain/profile/profile.js';
import { hasEventVariables, type TriggerData, triggerStream } from '../../../../domain/trigger/trigger.js';
import type { FlowView } from '../../../../projections/flows/flow-queries.js';
import type { HttpDependencies } from '../../http-dependencies.js';

/** As many profiles are offered as events are kept. */
const MOST_PROFILES = 20;

/** What a preview can be made with, by name. */
export interface SampleChoice {
  /** The event's id, or the profile's. */
  id: string;
  label: string;
}

/** What a preview is made with. */
export interface Sample extends PreviewSample {
  /** Of its choice; empty where it is made up. */
  id: string;
}

/** The last real events that are such as start the flow, or the last profiles where no event does; the newest first. */
export async function sampleChoices(deps: HttpDependencies, flow: FlowView): Promise<readonly SampleChoice[]> {
  if (!hasEventVariables(flow.trigger.type)) {
    const profiles = await profilesFor(deps, flow);
    return profiles.map(({ profileId, attributes }) => ({ id: profileId, label: nameOf(attributes) }));
  }
  const events = await deps.queries.samples.newest(sourceOf(flow));
  const choices = events.map(async ({ triggerId, profileId, occurredAt }): Promise<SampleChoice[]> => {
    const profile = await deps.queries.profiles.profile(profileId);
    // What was forgotten has no values to show.
    if (profile === undefined) return [];
    return [
      { id: triggerId, label: `${nameOf(profile.attributes)}, ${occurredAt.slice(0, 19).replace('T', ' ')} UTC` },
    ];
  });
  return (await Promise.all(choices)).flat();
}

/** The chosen one; the newest where it is none of the flow's, and one that is made up where there is none at all. */
export async function sampleOf(deps: HttpDependencies, flow: FlowView, chosen: string): Promise<Sample> {
  const real = await realSample(deps, flow, chosen);
  if (real !== undefined) return real;
  const [newest] = await sampleChoices(deps, flow);
  return (newest && (await realSample(deps, flow, newest.id))) ?? madeUp(flow);
}

async function realSample(deps: HttpDependencies, flow: FlowView, id: string): Promise<Sample | undefined> {
  if (id === '') return undefined;
  const { type } = flow.trigger;
  if (!hasEventVariables(type)) {
    const profile = await deps.queries.profiles.profile(id);
    return profile && { id, triggerKind: type, profileId: id, profile: profile.attributes, event: {} };
  }
  const [received] = await deps.eventStore.readStream(triggerStream(id), { limit: 1 });
  const trigger = received?.data as TriggerData | undefined;
  if (trigger === undefined || trigger.sourceId !== sourceOf(flow)) return undefined;
  const profile = await deps.queries.profiles.profile(trigger.profileId);
  if (profile === undefined) return undefined;
  const { profileId, attributes } = profile;
  return { id, triggerKind: type, profileId, profile: attributes, event: trigger.properties, eventId: id };
}

/** Members of the list or segment, where it has any. */
async function profilesFor({ queries }: HttpDependencies, { trigger }: FlowView) {
  const page = { size: MOST_PROFILES };
  if ('id' in trigger) {
    const { items } = await queries.profiles.membersOf(trigger.id, page);
    if (items.length > 0) return items;
  }
  return (await queries.profiles.profiles(page)).items;
}

const sourceOf = ({ flowId, trigger }: FlowView): string => ('id' in trigger ? trigger.id : flowId);

const nameOf = ({ email, phone_number, external_id }: ProfileAttributes): string =>
  email ?? phone_number ?? external_id ?? 'a profile without an address';

const madeUp = ({ trigger }: FlowView): Sample => ({
  id: '',
  triggerKind: trigger.type,
  profileId: 'example',
  profile: {
    email: 'ana@example.com',
    first_name: 'Ana',
    last_name: 'Silva',
    phone_number: '+351211234567',
    properties: { 'Favourite colour': 'green' },
  },
  event: hasEventVariables(trigger.type) ? EXAMPLE_EVENT : {},
});

/** Properties of an event that is made up, such as Klaviyo's documentation has of an order. */
export const EXAMPLE_EVENT: JsonObject = {
  $value: 59.9,
  OrderId: '1042',
  Items: [{ ProductName: 'Tea pot', Quantity: 1, ItemPrice: 59.9 }],
};

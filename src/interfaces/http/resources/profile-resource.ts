import { z } from 'zod';
import type { MemberView, ProfileView } from '../../../projections/profiles/profile-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

const text = z.string().nullable();

const shownLocation = z.object({
  address1: text,
  address2: text,
  city: text,
  country: text,
  latitude: z.union([z.number(), z.string()]).nullable(),
  longitude: z.union([z.number(), z.string()]).nullable(),
  region: text,
  zip: text,
  timezone: text,
  ip: text,
});

export const profileAttributes = z.object({
  email: text,
  phone_number: text,
  external_id: text,
  first_name: text,
  last_name: text,
  organization: text,
  locale: text,
  title: text,
  image: text,
  created: time,
  updated: time,
  last_event_date: z.null(),
  location: shownLocation,
  properties: z.record(z.string(), z.unknown()),
});
/** The last two are Klaviyo's and not known here; a client may name them all the same. */
export const PROFILE_FIELDS = [...Object.keys(profileAttributes.shape), 'subscriptions', 'predictive_analytics'];

/** A profile, with every attribute that Klaviyo's has: those that aren't known are null. */
export function profileResource({ profileId, attributes, createdAt, updatedAt }: ProfileView): Resource {
  const { location, properties, ...others } = attributes;
  return {
    type: 'profile',
    id: profileId,
    attributes: {
      email: null,
      phone_number: null,
      external_id: null,
      first_name: null,
      last_name: null,
      organization: null,
      locale: null,
      title: null,
      image: null,
      ...others,
      created: createdAt,
      updated: updatedAt,
      last_event_date: null,
      location: { ...NO_LOCATION, ...(location as object | null | undefined) },
      properties: properties ?? {},
    },
    path: `/api/profiles/${profileId}`,
  };
}

/** Of one in a list or segment. */
export const memberAttributes = profileAttributes.extend({ joined_group_at: time });
export const MEMBER_FIELDS = [...PROFILE_FIELDS, 'joined_group_at'];

export function memberResource(member: MemberView): Resource {
  const resource = profileResource(member);
  return { ...resource, attributes: { ...resource.attributes, joined_group_at: member.joinedAt } };
}

/** Why nothing can be found by Klaviyo's `_kx`. */
export const NO_EXCHANGE_ID = "profiles have no ids of Klaviyo's exchange here";

const NO_LOCATION = Object.fromEntries(Object.keys(shownLocation.shape).map((field) => [field, null]));

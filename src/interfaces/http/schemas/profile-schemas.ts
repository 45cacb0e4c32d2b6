import { z } from 'zod';
import { PROFILE_IDENTIFIERS } from '../../../domain/profile/profile-identifier.js';
import { customProperties } from './custom-properties.js';
import { document, existing, notTaken, resource } from './fields.js';
import { withExample } from './with-example.js';

const text = (longest = 255) => z.string().max(longest).nullish();

const location = z.strictObject({
  address1: text(),
  address2: text(),
  city: text(),
  country: text(),
  latitude: z.union([z.number(), z.string().max(32)]).nullish(),
  longitude: z.union([z.number(), z.string().max(32)]).nullish(),
  region: text(),
  zip: text(),
  timezone: text(),
  ip: text(),
});

/** Klaviyo's attributes of a profile. */
const attributes = {
  email: z
    .string()
    .max(254)
    // Shops know customers by what they typed, a blank before the @ included; whether it exists only a message shows.
    .regex(/^[^@\p{Cc}]+@[^\s@]+$/u, { error: 'This is not an e-mail address; it has the form name@example.com.' })
    .nullish(),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, { error: 'This is not a phone number in the form E.164, such as +15005550006.' })
    .nullish(),
  external_id: z.string().min(1).max(255).nullish(),
  first_name: text(),
  last_name: text(),
  organization: text(),
  locale: text(),
  title: text(),
  image: text(8_000),
  location: location.nullish(),
  properties: customProperties.nullish(),
};

const UNKNOWN_BROWSERS =
  'hookledger follows no browsers, so it knows nobody by this; name the profile by its id, email, phone_number or external_id.';
const NO_PATCH = 'Patches of properties are taken by PATCH /api/profiles/{id} alone; take this out.';
const tracked = { anonymous_id: notTaken(UNKNOWN_BROWSERS), _kx: notTaken(UNKNOWN_BROWSERS) };

/** A profile in an event: whom it happened to, and news about them. */
export const eventProfile = z
  .strictObject({
    type: z.literal('profile'),
    id: z.string().min(1).nullish(),
    attributes: z.strictObject({ ...attributes, ...tracked, meta: notTaken(NO_PATCH) }).optional(),
    // Where it stands in a bulk.
    meta: notTaken(NO_PATCH),
  })
  .refine(({ id, attributes }) => id != null || PROFILE_IDENTIFIERS.some((name) => attributes?.[name] != null), {
    error: `A profile is named by its id, or by ${PROFILE_IDENTIFIERS.join(', ')} among its attributes; give at least one.`,
  });
export type EventProfile = z.infer<typeof eventProfile>;

/** Any attributes that a profile may have, for trying out a body. */
export const sampleProfile = z.strictObject(attributes);

export const createProfileBody = withExample(document(resource('profile', z.strictObject(attributes))), {
  data: {
    type: 'profile',
    attributes: {
      email: 'nora@example.com',
      phone_number: '+15005550006',
      external_id: 'customer-17',
      first_name: 'Nora',
      last_name: 'Quist',
      organization: 'Northwind',
      locale: 'en-US',
      title: 'Buyer',
      image: 'https://images.example.com/nora.png',
      location: {
        address1: '89 E 42nd St',
        city: 'New York',
        country: 'United States',
        latitude: 40.7526,
        longitude: -73.9772,
        region: 'NY',
        zip: '10017',
        timezone: 'America/New_York',
        ip: '203.0.113.7',
      },
      properties: { tier: 'gold' },
    },
  },
});
export type ProfileAttributesGiven = z.infer<typeof createProfileBody>['data']['attributes'];

export const importProfileBody = withExample(
  document(
    z
      .strictObject({
        type: z.literal('profile'),
        id: z.string().min(1).nullish(),
        attributes: z.strictObject({ ...attributes, _kx: notTaken(UNKNOWN_BROWSERS) }),
        meta: notTaken(NO_PATCH),
      })
      .refine(({ id, attributes }) => id != null || PROFILE_IDENTIFIERS.some((name) => attributes[name] != null), {
        error: `A profile is named by its id, or by ${PROFILE_IDENTIFIERS.join(', ')} among its attributes; give at least one.`,
      }),
  ),
  {
    data: {
      type: 'profile',
      attributes: { email: 'ana@example.com', first_name: 'Ana', properties: { tier: 'silver' } },
    },
  },
);

const ONLY_UNSET = "hookledger takes 'unset' alone here: it sets or removes whole properties; take this out.";

export const updateProfileBody = withExample(
  document(
    existing('profile', z.strictObject(attributes)).extend({
      meta: z
        .strictObject({
          patch_properties: z
            .strictObject({
              append: notTaken(ONLY_UNSET),
              unappend: notTaken(ONLY_UNSET),
              unset: z
                .union([z.string(), z.array(z.string()).max(400)], {
                  error: "'unset' has to be a property's name or a list of names.",
                })
                .nullish(),
            })
            .nullish(),
          patch_identifiers: notTaken(ONLY_UNSET),
        })
        .nullish(),
    }),
  ),
  {
    data: {
      type: 'profile',
      id: '{profile_id}',
      attributes: { first_name: 'Anna', properties: { tier: 'gold' } },
      meta: { patch_properties: { unset: ['newsletter'] } },
    },
  },
);

/** Whom to forget. */
export const deleteProfileBody = withExample(
  document(
    resource(
      'data-privacy-deletion-job',
      z.strictObject({
        profile: document(
          z
            .strictObject({
              type: z.literal('profile'),
              id: z.string().min(1).nullish(),
              attributes: z
                .strictObject({
                  email: attributes.email,
                  phone_number: attributes.phone_number,
                  external_id: attributes.external_id,
                })
                .optional(),
            })
            .refine(
              ({ id, attributes }) => id != null || PROFILE_IDENTIFIERS.some((name) => attributes?.[name] != null),
              {
                error: `A profile is named by its id, or by ${PROFILE_IDENTIFIERS.join(', ')} among its attributes; give one.`,
              },
            ),
        ),
      }),
    ),
  ),
  {
    data: {
      type: 'data-privacy-deletion-job',
      attributes: { profile: { data: { type: 'profile', id: '{profile_id}' } } },
    },
  },
);

const members = z
  .array(z.strictObject({ type: z.literal('profile'), id: z.string() }))
  .min(1)
  .max(1_000);

/** The profiles that join or leave a list or segment; Klaviyo's bound of 1,000. */
export const membersBody = withExample(document(members), { data: [{ type: 'profile', id: '{profile_id}' }] });

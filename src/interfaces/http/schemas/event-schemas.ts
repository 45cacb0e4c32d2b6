import { z } from 'zod';
import type { Clock } from '../../../application/ports/clock.js';
import { customProperties } from './custom-properties.js';
import { document, nameField, notTaken, resource } from './fields.js';
import { eventProfile } from './profile-schemas.js';
import { withExample } from './with-example.js';

const EARLIEST = Date.UTC(1990, 0, 1);
const YEAR = 366 * 24 * 60 * 60 * 1000;
export const MAX_EVENTS_IN_BULK = 1_000;

const ONE_METRIC = 'hookledger keeps one metric for a name, whatever service reports it; take this out.';

const metric = document(resource('metric', z.strictObject({ name: nameField(128), service: notTaken(ONE_METRIC) })));

/** The event's own fields. The clock says which times are too far ahead. */
export const eventFields = (clock: Clock) => ({
  properties: customProperties,
  time: z.iso
    .datetime({ offset: true, error: ({ input }) => timeMessage(input) })
    .superRefine((text, context) => {
      const time = Date.parse(text);
      if (time < EARLIEST) {
        context.addIssue({ code: 'custom', message: 'The time is before 1990; give the time of the event itself.' });
      } else if (time > clock.now() + YEAR) {
        context.addIssue({
          code: 'custom',
          message: 'The time is more than a year ahead; give the time of the event itself.',
        });
      }
    })
    .nullish(),
  value: z.number().nullish(),
  value_currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: 'This is not a currency code of ISO 4217, such as USD.' })
    .nullish(),
  unique_id: z.string().min(1).max(255).nullish(),
  backfill: z.boolean().nullish(),
  metric,
});

const timeMessage = (input: unknown): string =>
  typeof input === 'string'
    ? "This is not a time with its offset from UTC; give one such as '2026-01-31T09:30:00Z' or '2026-01-31T09:30:00+01:00'."
    : "'time' has to be a text such as '2026-01-31T09:30:00Z'.";

/** What an event brings along, of both ways to report one. */
export type EventAttributes = z.infer<z.ZodObject<ReturnType<typeof eventFields>>>;

/** Of the examples. */
const ana = { data: { type: 'profile', attributes: { email: 'ana@example.com', first_name: 'Ana' } } } as const;
const orderPlaced = (unique_id: string) =>
  ({
    properties: { order_id: 1042, items: [{ sku: 'A-1', quantity: 2 }] },
    time: '2026-07-15T09:30:00Z',
    value: 59.9,
    value_currency: 'USD',
    unique_id,
    metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
  }) as const;

export const createEventBody = (clock: Clock) =>
  withExample(document(resource('event', z.strictObject({ ...eventFields(clock), profile: document(eventProfile) }))), {
    data: {
      type: 'event',
      attributes: {
        ...orderPlaced('order-1042'),
        profile: ana,
      },
    },
  });

export const createEventsBody = (clock: Clock) => {
  const event = resource('event', z.strictObject(eventFields(clock)));
  const eventsOfOne = resource(
    'event-bulk-create',
    z.strictObject({
      backfill: z.boolean().nullish(),
      profile: document(eventProfile),
      events: document(z.array(event).min(1).max(MAX_EVENTS_IN_BULK)),
    }),
  );
  const jobs = z
    .array(eventsOfOne)
    .min(1)
    .max(MAX_EVENTS_IN_BULK)
    .refine(
      (given) => given.reduce((sum, { attributes }) => sum + attributes.events.data.length, 0) <= MAX_EVENTS_IN_BULK,
      {
        error: `There are more than ${MAX_EVENTS_IN_BULK} events; send the others in another request.`,
      },
    );
  return withExample(
    document(resource('event-bulk-create-job', z.strictObject({ 'events-bulk-create': document(jobs) }))),
    {
      data: {
        type: 'event-bulk-create-job',
        attributes: {
          'events-bulk-create': {
            data: [
              {
                type: 'event-bulk-create',
                attributes: {
                  profile: ana,
                  events: {
                    data: [
                      {
                        type: 'event',
                        attributes: {
                          ...orderPlaced('order-1043'),
                        },
                      },
                      {
                        type: 'event',
                        attributes: {
                          ...orderPlaced('order-1044'),
                        },
                      },
                    ],
                  },
                },
              },
            ],
          },
        },
      },
    },
  );
};
export type CreateEventsBody = z.infer<ReturnType<typeof createEventsBody>>;

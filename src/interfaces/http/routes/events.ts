import type { ReportedEvent } from '../../../application/commands/events.js';
import type { ProfileReference } from '../../../application/commands/resolve-profile.js';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { givenAttributes } from '../profile-attributes.js';
import { below, toApiError } from '../refusals.js';
import { nothing } from '../schemas/answers.js';
import {
  type CreateEventsBody,
  createEventBody,
  createEventsBody,
  type EventAttributes,
} from '../schemas/event-schemas.js';
import type { EventProfile } from '../schemas/profile-schemas.js';

/** Reports of events. 202 says that the event, and each delivery that it starts, is durable. */
export function eventRoutes(app: HttpServer, { events, clock }: HttpDependencies): void {
  app.post(
    '/api/events',
    {
      config: {
        scope: 'events:write',
        refusalsAt: below('/data/attributes'),
        answers: { 202: nothing('The event, and each delivery that it starts, is durable') },
      },
      schema: { tags: ['Events'], operationId: 'createEvent', summary: 'Create Event', body: createEventBody(clock) },
    },
    async (request, reply) => {
      const { attributes } = request.body.data;
      const event = reportedEvent(attributes, referenceTo(attributes.profile.data), attributes.backfill);
      await events.receive(event, commandContextOf(request));
      return reply.code(202).send();
    },
  );

  app.post(
    '/api/event-bulk-create-jobs',
    {
      config: {
        scope: 'events:write',
        answers: { 202: nothing('The events, and each delivery that they start, are durable') },
      },
      schema: {
        tags: ['Events'],
        operationId: 'bulkCreateEvents',
        summary: 'Bulk Create Events',
        body: createEventsBody(clock),
      },
    },
    async (request, reply) => {
      const { reported, jobOf } = reportedEvents(request.body);
      try {
        await events.receiveAll(reported, commandContextOf(request));
      } catch (error) {
        throw error instanceof RuleViolation ? toApiError(error, (pointer) => placeInJobs(pointer, jobOf)) : error;
      }
      return reply.code(202).send();
    },
  );
}

/** All events of the jobs in one row, and for each the job that it came with. */
function reportedEvents({ data }: CreateEventsBody): { reported: ReportedEvent[]; jobOf: number[] } {
  const reported: ReportedEvent[] = [];
  const jobOf: number[] = [];
  for (const [job, { attributes }] of data.attributes['events-bulk-create'].data.entries()) {
    const profile = referenceTo(attributes.profile.data);
    for (const event of attributes.events.data) {
      reported.push(reportedEvent(event.attributes, profile, event.attributes.backfill ?? attributes.backfill));
      jobOf.push(job);
    }
  }
  return { reported, jobOf };
}

/** `/<event>/profile/data/id` -> the profile of the event's job. */
function placeInJobs(pointer: string, jobOf: readonly number[]): string {
  const [, event, ...rest] = pointer.split('/');
  return ['/data/attributes/events-bulk-create/data', jobOf[Number(event)], 'attributes', ...rest].join('/');
}

function reportedEvent(
  { properties, time, value, value_currency, unique_id, metric }: EventAttributes,
  profile: ProfileReference,
  backfill: boolean | null | undefined,
): ReportedEvent {
  const event: ReportedEvent = { metricName: metric.data.attributes.name, profile, properties };
  if (time != null) event.time = time;
  if (value != null) event.value = value;
  if (value_currency != null) event.valueCurrency = value_currency;
  if (unique_id != null) event.uniqueId = unique_id;
  if (backfill != null) event.backfill = backfill;
  return event;
}

function referenceTo({ id, attributes }: EventProfile): ProfileReference {
  const given = givenAttributes(attributes ?? {});
  return id == null ? { attributes: given } : { id, attributes: given };
}

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type EventOutcome, EventsUnfinished, type ReportedEvent } from '../../../application/commands/events.js';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import { ApiError } from '../api-error.js';
import { commandContextOf } from '../command-context-of.js';
import { referenceTo, reportedEvent } from '../given-event.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendDocument } from '../json-api.js';
import { below, toApiError } from '../refusals.js';
import { refuseBacklog } from '../refuse-backlog.js';
import { nothing } from '../schemas/answers.js';
import { type CreateEventsBody, createEventBody, createEventsBody } from '../schemas/event-schemas.js';

/** Reports of events. 202 says that the event, and each delivery that it starts, is durable. */
export function eventRoutes(app: HttpServer, { events, clock, backPressure }: HttpDependencies): void {
  const onRequest = refuseBacklog(backPressure);

  app.post(
    '/api/events',
    {
      config: {
        repeats: 'answered',
        scope: 'events:write',
        refusalsAt: below('/data/attributes'),
        answers: { 202: nothing('The event, and each delivery that it starts, is durable') },
      },
      onRequest,
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
        repeats: 'answered',
        scope: 'events:write',
        answers: { 202: bulkAnswer },
      },
      onRequest,
      schema: {
        tags: ['Events'],
        operationId: 'bulkCreateEvents',
        summary: 'Bulk Create Events',
        body: createEventsBody(clock),
      },
    },
    async (request, reply) => {
      const given = reportedEvents(request.body);
      try {
        const { result } = await events.receiveAll(given.reported, commandContextOf(request));
        return sendDocument(reply.code(202), { meta: { items: itemsOf(result, given) } });
      } catch (error) {
        if (error instanceof EventsUnfinished) throw unfinished(error, given, request);
        throw error instanceof RuleViolation ? toApiError(error, (pointer) => placeInJobs(pointer, given)) : error;
      }
    },
  );
}

const bulkAnswer = z
  .object({
    meta: z.object({
      items: z.array(
        z.object({
          index: z.number().describe('Counted over all jobs of the request'),
          unique_id: z.string().nullable(),
          status: z.enum(['recorded', 'repeated']),
        }),
      ),
    }),
  })
  .describe('The events, and each delivery that they start, are durable; those that were known already are `repeated`');

const itemsOf = (outcomes: readonly EventOutcome[], { reported }: GivenEvents): object[] =>
  outcomes.map(({ status }, index) => ({ index, unique_id: reported[index]?.uniqueId ?? null, status }));

/** Not all could be recorded: what was refused is told by its place, and what became of each stands in the answer's `meta`. */
function unfinished({ outcomes }: EventsUnfinished, given: GivenEvents, request: FastifyRequest): ApiError {
  const meta = { items: itemsOf(outcomes, given) };
  const refusals: ApiError[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (!('error' in outcome)) continue;
    const { error } = outcome;
    if (error instanceof RuleViolation) {
      refusals.push(toApiError(error.within(`/${index}`), (pointer) => placeInJobs(pointer, given)));
      continue;
    }
    request.log.error({ error, requestId: request.id }, 'an event of many could not be recorded');
    const detail =
      'Some of the events could not be recorded; meta.items says which. Send those with the status failed again in a moment.';
    return new ApiError('unavailable', { detail, source: { pointer: '' } }, { 'retry-after': '5' }, meta);
  }
  const kind = refusals[0]?.kind ?? 'invalid';
  return new ApiError(
    kind,
    refusals.flatMap(({ problems }) => problems),
    {},
    meta,
  );
}

interface GivenEvents {
  reported: ReportedEvent[];
  /** For each event the job that it came with. */
  jobOf: number[];
}

/** All events of the jobs in one row. */
function reportedEvents({ data }: CreateEventsBody): GivenEvents {
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
function placeInJobs(pointer: string, { jobOf }: GivenEvents): string {
  const [, event, ...rest] = pointer.split('/');
  return ['/data/attributes/events-bulk-create/data', jobOf[Number(event)], 'attributes', ...rest].join('/');
}

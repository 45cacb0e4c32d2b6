import { z } from 'zod';
import type { Analytics } from '../../../projections/analytics/analytics-queries.js';
import type { Resource } from '../json-api.js';

const ends = { requested: z.int(), succeeded: z.int(), failed: z.int(), skipped: z.int() };
const counts = { ...ends, waiting: z.int(), attempts: z.int(), retried: z.int() };
const countsOfHour = { ...ends, attempts: z.int(), retried: z.int() };
const milliseconds = z.number().nullable();

export const analyticsAttributes = z.object({
  totals: z.object(counts),
  actions: z.array(z.object({ action_id: z.string(), flow_id: z.string(), ...counts })),
  hours: z.array(z.object({ hour: z.string(), ...countsOfHour })),
  codes: z.array(z.object({ code: z.string(), count: z.int() })),
  attempts_to_end: z.array(z.object({ attempts: z.int(), count: z.int() })),
  response_time: z.object({ count: z.int(), p50_ms: milliseconds, p95_ms: milliseconds, p99_ms: milliseconds }),
});

/** Counts; `id` names what they are about. */
export function analyticsResource(id: string, analytics: Analytics): Resource {
  const { totals, actions, hours, codes, attemptsToEnd, responseTime } = analytics;
  const attributes: z.infer<typeof analyticsAttributes> = {
    totals,
    actions: actions.map(({ actionId, flowId, ...numbers }) => ({ action_id: actionId, flow_id: flowId, ...numbers })),
    hours: [...hours],
    codes: [...codes],
    attempts_to_end: [...attemptsToEnd],
    response_time: {
      count: responseTime.count,
      p50_ms: responseTime.p50Ms,
      p95_ms: responseTime.p95Ms,
      p99_ms: responseTime.p99Ms,
    },
  };
  return { type: 'webhook-analytics', id, attributes };
}

import { z } from 'zod';
import type { HistoryEntry } from '../../../application/queries/history.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const historyEntryAttributes = z.object({
  revision: z.int(),
  position: z.int(),
  time,
  type: z.string(),
  actor: z.string(),
  sentence: z.string(),
  causation_id: z.string(),
  correlation_id: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** One event; its id is the event's. */
export function historyEntryResource({ eventId, causationId, correlationId, ...entry }: HistoryEntry): Resource {
  const { revision, position, time, type, actor, sentence, data } = entry;
  const attributes: z.infer<typeof historyEntryAttributes> = {
    revision,
    position,
    time,
    type,
    actor,
    sentence,
    causation_id: causationId,
    correlation_id: correlationId,
    data: { ...data },
  };
  return { type: 'history-entry', id: eventId, attributes };
}

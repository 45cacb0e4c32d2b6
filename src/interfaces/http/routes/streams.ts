import { z } from 'zod';
import { type HistoryEntry, readHistory } from '../../../application/queries/history.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, onePage, sendCollection } from '../json-api.js';
import { timeParameter } from '../query-parameters.js';
import { historyEntryAttributes, historyEntryResource } from '../resources/history-entry-resource.js';
import { collectionAnswer } from '../schemas/answers.js';
import { withExample } from '../schemas/with-example.js';

export const asOfParameter = timeParameter('as_of', 'Leaves out what was recorded later');

/** What was recorded about any one thing, for auditors. */
export function streamRoutes(app: HttpServer, deps: HttpDependencies): void {
  app.get(
    '/api/hookledger/streams/:stream/history',
    {
      config: { scope: 'audit:read', answers: { 200: collectionAnswer('history-entry', historyEntryAttributes) } },
      schema: {
        tags: ['Streams'],
        operationId: 'getStreamHistory',
        summary: "A stream's history, oldest first; with as_of as it was then",
        params: z.strictObject({
          stream: withExample(z.string(), 'flow-{flow_id}').describe('Its kind and id, such as delivery-{delivery_id}'),
        }),
        querystring: z.strictObject({ as_of: asOfParameter }),
      },
    },
    async (request, reply) => {
      const { stream } = request.params;
      const entries = found(await historyOf(deps, stream, request.query.as_of), 'stream', stream);
      return sendCollection(request, reply, onePage(entries.map(historyEntryResource)));
    },
  );
}

/** A stream's history; none as of a time before it began, undefined where there is no such stream at all. */
export async function historyOf(
  { eventStore, vault }: HttpDependencies,
  stream: string,
  asOf: string | undefined,
): Promise<readonly HistoryEntry[] | undefined> {
  const entries = await readHistory(eventStore, vault, stream, asOf);
  if (entries.length > 0) return entries;
  const [first] = await eventStore.readStream(stream, { limit: 1 });
  return first === undefined ? undefined : [];
}

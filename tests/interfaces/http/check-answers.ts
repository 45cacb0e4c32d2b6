import type { FastifyInstance } from 'fastify';
import { DocumentedAnswers, type OpenApi } from './documented-answers.js';

/** To write the document takes longer than most tests; it is the same for all servers with the same routes. */
const known = new Map<string, DocumentedAnswers>();

/**
 * Compares every answer of a server with its own description. To be called before it listens; what is returned throws if
 * there was one that is not as described.
 */
export function checkAnswers(app: FastifyInstance): () => void {
  const problems = new Set<string>();
  let documented: DocumentedAnswers | undefined;
  app.addHook('onSend', async (request, reply, payload) => {
    const { method, url, routeOptions } = request;
    // What a stream holds is not known yet, and what answers HEAD holds nothing.
    if (method === 'HEAD' || !(payload == null || typeof payload === 'string' || Buffer.isBuffer(payload))) return;
    const contentType = reply.getHeader('content-type');
    documented ??= documentedBy(app);
    const problem = documented.problem({
      method,
      path: routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}'),
      url,
      status: reply.statusCode,
      contentType: contentType === undefined ? undefined : String(contentType),
      body: payload?.toString() ?? '',
    });
    if (problem !== undefined) problems.add(problem);
  });
  return () => {
    if (problems.size > 0) throw new Error(['Answers are not as /openapi.json says:', ...problems].join('\n'));
  };
}

function documentedBy(app: FastifyInstance): DocumentedAnswers {
  const routes = app.printRoutes();
  const answers = known.get(routes) ?? new DocumentedAnswers(app.swagger() as unknown as OpenApi);
  known.set(routes, answers);
  return answers;
}

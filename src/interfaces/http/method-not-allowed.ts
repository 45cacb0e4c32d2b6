import type { HTTPMethods } from 'fastify';
import { ApiError } from './api-error.js';
import type { HttpServer } from './http-server.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Answers the methods that a known path doesn't have with 405 and `Allow`. To be called before the first route is added; returns what is to be called after the last one. */
export function refuseOtherMethods(app: HttpServer): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      if (url.startsWith('/docs')) continue;
      const allow = [...methods].sort().join(', ');
      app.route({
        url,
        method: METHODS.filter((method) => !methods.has(method)),
        schema: { hide: true },
        // Before the body is read: whatever it holds, the method is what is wrong.
        onRequest: (request) => {
          const possible = `${allow} ${methods.size === 1 ? 'is' : 'are'}`;
          const where = url.startsWith('/api/') ? ', as /docs and /openapi.json say' : '';
          const detail = `${request.method} is not possible here; ${possible}${where}.`;
          throw new ApiError('method_not_allowed', { detail }, { allow });
        },
        handler: () => undefined,
      });
    }
  };
}

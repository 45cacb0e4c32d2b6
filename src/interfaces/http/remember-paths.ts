import type { HttpServer } from './http-server.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Of all routes, as fastify writes them (`/api/flows/:id`). */
    paths: ReadonlySet<string>;
  }
}

/** For whoever hands requests over to this server. To be called before the first route is added. */
export function rememberPaths(app: HttpServer): void {
  const paths = new Set<string>();
  app.decorate('paths', paths);
  app.addHook('onRoute', ({ url }) => {
    paths.add(url);
  });
}

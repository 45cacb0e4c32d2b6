import type { HttpServer } from './http-server.js';
import { noParameters } from './query-parameters.js';

/** Lets each route of the API that names no query parameters refuse them all. To be called before the first route is added. */
export function refuseUnknownParameters(app: HttpServer): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.answers !== undefined && route.url.startsWith('/api/'))
      route.schema = { querystring: noParameters, ...route.schema };
  });
}

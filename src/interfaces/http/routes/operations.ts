import { Histogram } from 'prom-client';
import { z } from 'zod';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';

const healthAnswer = z.object({ status: z.literal('ok') }).describe('It does');
const readyAnswer = (status: string) =>
  z
    .object({ status: z.literal(status), parts: z.record(z.string(), z.string()).describe('The state of each part') })
    .describe(`The server is ${status}`);

/** What a load balancer and a monitoring system ask for; without a key. */
export function operationRoutes(app: HttpServer, { status, metrics }: HttpDependencies): void {
  const tags = ['Operations'];

  app.get(
    '/healthz',
    {
      config: { produces: 'application/json', answers: { 200: healthAnswer } },
      schema: { tags, operationId: 'getHealth', summary: 'The process answers' },
    },
    () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      config: { produces: 'application/json', answers: { 200: readyAnswer('ready'), 503: readyAnswer('not ready') } },
      schema: { tags, operationId: 'getReadiness', summary: 'Each part is ready' },
    },
    async (_request, reply) => {
      const { ready, parts } = await status();
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts });
    },
  );

  app.get(
    '/metrics',
    {
      config: { produces: 'text/plain', answers: { 200: z.string().describe('The figures, each with what it means') } },
      schema: { tags, operationId: 'getFigures', summary: "Figures in Prometheus' format" },
    },
    async (_request, reply) => reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
  );

  // Name, labels and buckets are OpenTelemetry's for HTTP servers (http.server.request.duration), as exported to Prometheus.
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'How long requests took, by method, route and status code.',
    labelNames: ['http_request_method', 'url_scheme', 'http_route', 'http_response_status_code'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    registers: [metrics],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url: route } = request.routeOptions;
    const labels = {
      http_request_method: request.method,
      url_scheme: request.protocol,
      // An address that is no route's is none: anybody can make up as many as they like.
      ...(route === undefined ? {} : { http_route: route }),
      http_response_status_code: reply.statusCode,
    };
    duration.observe(labels, reply.elapsedTime / 1000);
  });
}

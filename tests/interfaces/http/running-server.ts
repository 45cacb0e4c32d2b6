import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Container } from 'inversify';
import {
  ApiKeySession,
  CatalogsApi,
  EventsApi,
  FlowsApi,
  ListsApi,
  MetricsApi,
  ProfilesApi,
  RetryWithExponentialBackoff,
  SegmentsApi,
} from 'klaviyo-api';
import type { CommandContext } from '../../../src/application/command-context.js';
import { ApiKeyCommands } from '../../../src/application/commands/api-keys.js';
import { LogIn } from '../../../src/application/commands/log-in.js';
import { MemberCommands } from '../../../src/application/commands/members.js';
import { TwoStepCommands } from '../../../src/application/commands/two-step.js';
import type { Clock } from '../../../src/application/ports/clock.js';
import { createContainer, TOKENS } from '../../../src/container.js';
import { API_SCOPES, type ApiScope } from '../../../src/domain/account/api-key.js';
import { Engine } from '../../../src/engine.js';
import { createLogger } from '../../../src/infrastructure/observability/pino-logger.js';
import type { HttpServer } from '../../../src/interfaces/http/http-server.js';
import { HTTP_LIMITS, type HttpLimits } from '../../../src/interfaces/http/safety/limits.js';
import { readSettings } from '../../../src/settings.js';
import type { CertificateAuthority } from '../../support/certificate-authority.js';
import { EVERY_ENDPOINT_IS_GOOD } from '../../support/endpoints.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { checkAnswers } from './check-answers.js';

export type Sdk = ReturnType<typeof sdk>;

/** A JSON:API document as the tests read it. */
export interface Document {
  data: ResourceShown & ResourceShown[];
  included?: ResourceShown[];
  links: { self: string; next: string | null; prev: string | null };
  errors: {
    id: string;
    status: number;
    code: string;
    title: string;
    detail: string;
    source: { pointer?: string; parameter?: string; header?: string };
    meta?: Record<string, unknown>;
  }[];
}

interface ResourceShown {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, { data?: unknown; links?: { self: string; related: string } }>;
  links: { self: string };
}

/** Whoever has a shell on the machine. */
export const OPERATOR: CommandContext = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'test',
  causationId: 'test',
};

interface ServerOptions {
  env?: NodeJS.ProcessEnv;
  limits?: Partial<HttpLimits>;
  clock?: Clock;
  /** Puts other adapters in their places, before anything is made of them. */
  rebind?: (container: Container) => void;
  /** Adds routes of the test's own, before the server listens. */
  extend?: (app: HttpServer, container: Container) => void;
  onAnswer?: (request: FastifyRequest, reply: FastifyReply) => void;
}

/**
 * The whole engine with its HTTP API in this process, on data of its own, ended by `stop`, which throws if an answer was
 * not as /openapi.json describes it.
 */
export async function startServer(
  ca?: CertificateAuthority,
  { env = {}, limits = {}, clock, rebind, extend, onAnswer }: ServerOptions = {},
) {
  const folder = temporaryFolder();
  const caFile = join(folder.path, 'ca.pem');
  if (ca !== undefined) writeFileSync(caFile, ca.pem);
  const settings = readSettings(
    { data: folder.path },
    {
      HOOKLEDGER_RETRY_SCALE: '0',
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
      ...(ca === undefined ? {} : { HOOKLEDGER_EXTRA_CA: caFile }),
      ...env,
    },
  );
  const container = await createContainer(settings, createLogger('silent'));
  // Without receivers of one's own there is nothing behind the URLs, and the tests don't reach out of this machine.
  if (ca === undefined) (await container.rebind(TOKENS.EndpointChecker)).toConstantValue(EVERY_ENDPOINT_IS_GOOD);
  container.rebind(TOKENS.HttpLimits).toConstantValue({ ...HTTP_LIMITS, ...limits });
  if (clock !== undefined) container.rebind(TOKENS.Clock).toConstantValue(clock);
  rebind?.(container);
  const engine = container.get(Engine);
  await engine.start();
  const server = await container.getAsync(TOKENS.HttpServer);
  const throwIfNotAsDescribed = checkAnswers(server);
  extend?.(server, container);
  if (onAnswer !== undefined) server.addHook('onResponse', async (request, reply) => onAnswer(request, reply));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const eventStore = container.get(TOKENS.EventStore);

  const issueKey = async (scopes: readonly ApiScope[] = API_SCOPES): Promise<string> => {
    return (await container.get(ApiKeyCommands).issue({ name: 'test', scopes }, OPERATOR)).result.key;
  };
  const key = await issueKey();

  const headers = { authorization: `Klaviyo-API-Key ${key}`, revision: '2026-07-15' };

  return {
    url,
    key,
    /** For commands that have no route. */
    container,
    engine,
    eventStore,
    apiKeys: container.get(ApiKeyCommands),
    logIn: container.get(LogIn),
    members: container.get(MemberCommands),
    twoStep: container.get(TwoStepCommands),
    clock: container.get(TOKENS.Clock),
    /** For requests that go past the network. */
    app: server,
    /** Node's own, for what goes on below HTTP. */
    http: server.server,
    issueKey,
    sdk: sdk(url, key),
    /** A request by hand, with a good key unless `init` has other headers. */
    fetch: (method: string, path: string, init: { body?: string | object; headers?: Record<string, string> } = {}) => {
      const body = typeof init.body === 'object' ? JSON.stringify(init.body) : init.body;
      const contentType = body === undefined ? {} : { 'content-type': 'application/json' };
      return fetch(path.startsWith('http') ? path : url + path, {
        method,
        headers: { ...contentType, ...headers, ...init.headers },
        ...(body === undefined ? {} : { body }),
      });
    },
    async get(path: string): Promise<Document> {
      const response = await this.fetch('GET', path);
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Document;
    },
    async stop(): Promise<void> {
      await server.close();
      await engine.stop();
      folder.remove();
      throwIfNotAsDescribed();
    },
  };
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>;

const REPEATS_NOTHING = new RetryWithExponentialBackoff({ retryCodes: [], numRetries: 1 });

/** Klaviyo's own client, pointed at a server; it repeats nothing unless told. */
export function sdk(url: string, key: string, retries = REPEATS_NOTHING) {
  const session = new ApiKeySession(key, retries);
  const apis = {
    catalogs: new CatalogsApi(session),
    events: new EventsApi(session),
    flows: new FlowsApi(session),
    lists: new ListsApi(session),
    metrics: new MetricsApi(session),
    profiles: new ProfilesApi(session),
    segments: new SegmentsApi(session),
  };
  for (const api of Object.values(apis)) api.basePath = url;
  return apis;
}

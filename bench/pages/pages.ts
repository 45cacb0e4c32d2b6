import type { Container } from 'inversify';
import { TOTP } from 'otpauth';
import type { CommandContext } from '../../src/application/command-context.js';
import { ApiKeyCommands } from '../../src/application/commands/api-keys.js';
import { LogIn } from '../../src/application/commands/log-in.js';
import { MemberCommands } from '../../src/application/commands/members.js';
import { TwoStepCommands } from '../../src/application/commands/two-step.js';
import { createContainer, TOKENS } from '../../src/container.js';
import { API_SCOPES } from '../../src/domain/account/api-key.js';
import { Engine } from '../../src/engine.js';
import { createLogger } from '../../src/infrastructure/observability/pino-logger.js';
import type { HttpServer } from '../../src/interfaces/http/http-server.js';
import { SESSION_COOKIE_NAMES } from '../../src/interfaces/http/session-cookie.js';
import { readSettings } from '../../src/settings.js';
import { FILLED, fillReadModels } from '../../tests/projections/million-deliveries.js';
import { EVERY_ENDPOINT_IS_GOOD } from '../../tests/support/endpoints.js';
import { ManualClock } from '../../tests/support/manual-clock.js';
import { temporaryFolder } from '../../tests/support/temporary-folder.js';
import { type BenchResult, median, rounded } from '../result.js';

const FEW = 1_000;
const MANY = 1_000_000;
const ROUNDS = 15;
const MOST_MS = 100;
const MOST_BYTES = 300 * 1024;
const PASSWORD = 'four words nobody joins';
const CONTEXT: CommandContext = {
  actor: { kind: 'cli', id: 'bench', name: 'bench' },
  correlationId: 'bench',
  causationId: 'bench',
};

const [action, flow] = [FILLED.actionOf(1), FILLED.flowOf(1)];
const PAGES: readonly string[] = [
  '/analytics?range=hour',
  '/analytics',
  '/analytics?range=week',
  '/analytics?range=month',
  `/analytics?range=month&action=${action}`,
  '/analytics/failed',
  `/analytics/failed?action=${action}&range=day`,
  '/analytics/failed?code=timeout',
  `/analytics/skipped?flow=${flow}&range=week`,
  '/analytics/waiting',
  `/analytics/waiting?action=${action}`,
  '/analytics/all',
  '/analytics/all?range=custom&from=2026-03-05T00:00&to=2026-03-05T01:00',
  `/analytics/all?profile=${FILLED.profile}`,
  '/analytics/failed/resend',
  `/analytics/failed/resend?flow=${flow}&code=503`,
  '/analytics/summary.csv?range=month',
  '/flows',
  '/flows/{flow}',
  '/flows/{flow}/actions/{action}',
  '/flows/{flow}/actions/{action}/revisions',
  '/deliveries/{delivery}',
  '/system',
  '/account',
];

/** Each page with a million deliveries in read.db, and ten thousand of them waiting, against the same with a thousand. */
export async function run(): Promise<BenchResult> {
  const [few, many] = [await measured(FEW), await measured(MANY)];
  const detail: Record<string, number | string> = {};
  const ratios: number[] = [];
  for (const path of PAGES) {
    const [small, large] = [few.get(path), many.get(path)] as [Measured, Measured];
    ratios.push(small.ms / large.ms);
    const over = large.ms > MOST_MS || large.bytes > MOST_BYTES ? ', OVER THE LIMIT' : '';
    detail[path] =
      `${rounded(large.ms, 1)} ms, ${rounded(large.bytes / 1024, 0)} KB; ${rounded(small.ms, 1)} ms with ${FEW}${over}`;
  }
  return { name: 'pages with a million deliveries against a thousand', ratio: Math.min(...ratios), target: 0, detail };
}

interface Measured {
  ms: number;
  bytes: number;
}

async function measured(deliveries: number): Promise<ReadonlyMap<string, Measured>> {
  const folder = temporaryFolder();
  const container = await createContainer(readSettings({ data: folder.path }, {}), createLogger('silent'));
  const clock = new ManualClock(new Date(FILLED.now).toISOString());
  container.rebind(TOKENS.Clock).toConstantValue(clock);
  (await container.rebind(TOKENS.EndpointChecker)).toConstantValue(EVERY_ENDPOINT_IS_GOOD);
  const engine = container.get(Engine);
  await engine.start();
  const server: HttpServer = await container.getAsync(TOKENS.HttpServer);
  const ids = await realOnes(container, server, clock);
  await fillReadModels(container.get(TOKENS.ReadModelDatabase).writer, deliveries);
  const cookie = await sessionOf(container);
  try {
    const times = new Map<string, Measured>();
    for (const page of PAGES) {
      const path = page.replaceAll(/\{(\w+)\}/g, (_whole, name: keyof typeof ids) => ids[name]);
      const ms: number[] = [];
      let bytes = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const began = performance.now();
        const answer = await server.inject({ method: 'GET', url: path, headers: { cookie } });
        ms.push(performance.now() - began);
        if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}.`);
        bytes = Buffer.byteLength(answer.body);
      }
      times.set(page, { ms: median(ms), bytes });
    }
    return times;
  } finally {
    await server.close();
    await engine.stop();
    folder.remove();
  }
}

/** A flow, its webhook and a delivery with their streams, as the pages of single ones need them. */
async function realOnes(container: Container, server: HttpServer, clock: ManualClock) {
  const { result } = await container.get(ApiKeyCommands).issue({ name: 'bench', scopes: API_SCOPES }, CONTEXT);
  const ask = async (method: 'GET' | 'POST' | 'PATCH', url: string, data?: object) => {
    const headers = { authorization: `Klaviyo-API-Key ${result.key}`, revision: '2026-07-15' };
    const answer = await server.inject({ method, url, headers, ...(data === undefined ? {} : { payload: { data } }) });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url} answered ${answer.statusCode}: ${answer.body}`);
    return answer.body === '' ? undefined : answer.json();
  };
  const metric = await ask('POST', '/api/hookledger/metrics', { type: 'metric', attributes: { name: 'Placed Order' } });
  const message = { url: 'https://localhost/orders', headers: { 'x-shop': 'bench' }, body: '{"n": {{ event.n }}}' };
  const definition = {
    triggers: [{ type: 'metric', id: metric.data.id }],
    entry_action_id: 'only',
    actions: [{ temporary_id: 'only', type: 'send-webhook', data: { message, status: 'live' } }],
  };
  const made = await ask('POST', '/api/flows', { type: 'flow', attributes: { name: 'Orders', definition } });
  const flow = made.data.id as string;
  await ask('PATCH', `/api/flows/${flow}`, { type: 'flow', id: flow, attributes: { status: 'live' } });
  await ask('POST', '/api/events', {
    type: 'event',
    attributes: {
      properties: { n: 1 },
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ana@example.com' } } },
    },
  });
  const { activity } = container.get(TOKENS.Queries);
  for (;;) {
    const [delivery] = (await activity.deliveries({ size: 1 })).items;
    if (delivery !== undefined) return { flow, action: delivery.actionId, delivery: delivery.deliveryId };
    // What people look at is taken in by the clock.
    clock.advance(100);
    await new Promise((next) => setImmediate(next));
  }
}

async function sessionOf(container: Container): Promise<string> {
  const email = 'bench@example.com';
  const member = await container.get(MemberCommands).createUser({ email, role: 'owner', password: PASSWORD }, CONTEXT);
  const { userId } = member.result;
  // Without two-step authentication there is a reminder where the editor is.
  const twoStep = container.get(TwoStepCommands);
  const { secret } = (await twoStep.prepare(userId, CONTEXT)).result;
  const codeIn = (ms: number) => new TOTP({ secret }).generate({ timestamp: container.get(TOKENS.Clock).now() + ms });
  await twoStep.switchOn(userId, codeIn(0), CONTEXT);
  const given = { email, password: PASSWORD, code: codeIn(30_000), address: '127.0.0.1' };
  const { result } = await container.get(LogIn).logIn(given, 'bench');
  return `${SESSION_COOKIE_NAMES.plain}=${result.token}`;
}

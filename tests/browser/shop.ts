import type { Page } from 'playwright-core';
import { PASSWORD, Person } from '../interfaces/http/person.js';
import { type Document, type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Answer, type Receiver, startReceiver } from '../support/receiver.js';

/** Never to be seen on a page, nor copied from one. */
export const TOKEN = 'Bearer four-and-twenty-blackbirds';

/** A server with one live flow whose actions post to a real receiver: the action `orders` to its path `/orders`, and so on. */
export class Shop {
  private constructor(
    readonly server: RunningServer,
    readonly receiver: Receiver,
    /** What the receiver answers, by path; 200 unless set. */
    readonly answers: Record<string, Answer>,
    readonly flowId: string,
    readonly actionIds: ReadonlyMap<string, string>,
  ) {}

  static async open(actions: readonly string[]): Promise<Shop> {
    const ca = await CertificateAuthority.create();
    const answers: Record<string, Answer> = {};
    const receiver = await startReceiver({
      ca,
      answer: ({ path }) => answers[path] ?? { status: 200 },
      keepRequests: 50,
    });
    const server = await startServer(ca);
    const metric = await post(server, '/api/hookledger/metrics', {
      type: 'metric',
      attributes: { name: 'Placed Order' },
    });
    const definition = {
      triggers: [{ type: 'metric', id: metric.data.id }],
      entry_action_id: actions[0],
      actions: actions.map((name, index) => ({
        temporary_id: name,
        type: 'send-webhook',
        links: { next: actions[index + 1] ?? null },
        data: {
          message: {
            name,
            url: `${receiver.url}/${name}`,
            headers: { authorization: TOKEN },
            body: '{"order": "{{ event.n }}", "to": "{{ person.email }}"}',
          },
        },
      })),
    };
    const flow = await post(server, '/api/flows', { type: 'flow', attributes: { name: 'Orders', definition } });
    const flowId = flow.data.id;
    const data = { type: 'flow', id: flowId, attributes: { status: 'live' } };
    await server.fetch('PATCH', `/api/flows/${flowId}`, { body: { data } });
    const ids = (await server.get(`/api/flows/${flowId}/flow-actions`)).data.map(({ id }) => id);
    const actionIds = new Map(actions.map((name, index) => [name, ids[index] as string]));
    return new Shop(server, receiver, answers, flowId, actionIds);
  }

  async order(n: string, email = 'ana@example.com'): Promise<void> {
    const attributes = {
      properties: { n },
      unique_id: n.slice(0, 200),
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email } } },
    };
    await post(this.server, '/api/events', { type: 'event', attributes });
  }

  /** Waits until so many deliveries of an action have come to a status. @returns their ids, the newest first */
  deliveries(action: string, status: string, count: number): Promise<string[]> {
    const id = this.actionIds.get(action);
    return eventually(`${count} deliveries of ${action} are ${status}`, async () => {
      const { data } = await this.server.get(
        `/api/hookledger/deliveries?filter=equals(action_id,"${id}"),equals(status,"${status}")`,
      );
      return data.length === count ? data.map((delivery) => delivery.id) : undefined;
    });
  }

  /** A member who logs in by the form. */
  async logIn(page: Page, email: string, role: 'owner' | 'analyst' = 'owner'): Promise<void> {
    await Person.join(this.server, { email, role });
    await page.goto(`${this.server.url}/log-in?continue=/analytics`);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('**/analytics');
  }

  async close(): Promise<void> {
    await this.server.stop();
    await this.receiver.close();
  }
}

async function post(server: RunningServer, path: string, data: object): Promise<Document> {
  const response = await server.fetch('POST', path, { body: { data } });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Document;
}

import { webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import type { UnitOfWork } from '../aggregate-store.js';
import type { EndpointCheck, EndpointChecker } from '../ports/endpoint-checker.js';

/** What the set-up check of an action said. A failed one leaves the action in draft. */
export interface SetUpCheck {
  actionId: string;
  verified: boolean;
  /** One sentence: what succeeded, or what failed and what to do. */
  detail: string;
}

/** The set-up checks of one piece of work. Each URL is asked once, however often the work is decided anew. */
export class SetUpChecks {
  readonly #asked = new Map<string, Promise<EndpointCheck>>();
  #results = new Map<string, SetUpCheck>();

  constructor(private readonly endpoints: EndpointChecker) {}

  /** The last word on each action, in the order in which they were checked. */
  get results(): readonly SetUpCheck[] {
    return [...this.#results.values()];
  }

  /** To be called whenever the work begins anew. */
  begin(): void {
    this.#results = new Map();
  }

  /** Begins to check the URLs of all that aren't known to be good, side by side: one slow receiver after another takes long. */
  async start(work: UnitOfWork, actionIds: readonly string[]): Promise<void> {
    for (const actionId of actionIds) {
      const { endpoint, configuration } = await work.load(webhookAction, webhookActionStream(actionId));
      if (endpoint.status !== 'verified') this.ask(configuration?.url ?? '');
    }
  }

  /** Checks the action's URL and records what came of it; one that failed leaves the action in draft. */
  async check(work: UnitOfWork, actionId: string): Promise<void> {
    const stream = webhookActionStream(actionId);
    const { configuration, status } = await work.load(webhookAction, stream);
    const url = configuration?.url ?? '';
    const { verified, detail } = await this.ask(url);
    await work.decide(webhookAction, stream, { type: 'RecordEndpointCheck', url, verified, detail });
    if (!verified && status === 'live') {
      await work.decide(webhookAction, stream, { type: 'PauseWebhookAction', status: 'draft' });
    }
    this.#results.set(actionId, { actionId, verified, detail });
  }

  /** Whether the action's URL is good: what was checked in this piece of work or before, or else by a check now. */
  async verified(work: UnitOfWork, actionId: string): Promise<boolean> {
    const { endpoint } = await work.load(webhookAction, webhookActionStream(actionId));
    if (endpoint.status === 'verified') return true;
    if (!this.#results.has(actionId)) await this.check(work, actionId);
    return this.#results.get(actionId)?.verified ?? false;
  }

  private ask(url: string): Promise<EndpointCheck> {
    let asked = this.#asked.get(url);
    if (asked === undefined) {
      asked = this.endpoints.check(url);
      this.#asked.set(url, asked);
      // Whoever waits for it hears of an error; where another one came first, nobody does.
      asked.catch(() => {});
    }
    return asked;
  }
}

import type { DeliveryEvent } from '../../domain/delivery/delivery.js';
import type { AttemptOutcome } from '../../domain/delivery/outcome.js';
import {
  type SigningSecret,
  signsAt,
  type WebhookActionEvent,
  type WebhookActionState,
  webhookAction,
  webhookActionStream,
} from '../../domain/webhook-action/webhook-action.js';
import { attemptHeaders } from '../delivery/attempt-headers.js';
import { standardSignature } from '../delivery/signatures.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { Vault } from '../ports/vault.js';
import { showHeaders } from '../sealing/header-values.js';

/** One attempt as it was made, for people. */
export interface AttemptMade {
  attempt: number;
  /** When it was claimed, which is also what its `webhook-timestamp` says; ISO 8601, UTC. */
  at: string;
  workerId: string;
  url: string;
  /** Which configuration of the action it was sent by. */
  revision: number;
  /** All that were sent but for the signature; the action's own values are partially hashed. */
  headers: Readonly<Record<string, string>>;
  /** Ids of the keys that signed it, the newest first; empty where it was not signed. */
  signedBy: readonly string[];
  /** Undefined while it is under way. */
  outcome: AttemptOutcome | undefined;
}

/** What is needed to tell whose a signature is; for nobody's eyes. */
interface Signed {
  deliveryId: string;
  timestampSeconds: number;
  body: string;
  keys: readonly SigningSecret[];
}

/** The attempts of a delivery, from its own history and that of its action. */
export class DeliveryAttempts {
  private constructor(
    /** Oldest first. */
    readonly all: readonly AttemptMade[],
    private readonly signed: ReadonlyMap<number, Signed>,
  ) {}

  /**
   * @param events all of the delivery's, opened
   * @param eventStore whose events are opened
   */
  static async in(
    events: readonly RecordedEvent[],
    deliveryId: string,
    eventStore: EventStore,
    vault: Vault,
  ): Promise<DeliveryAttempts> {
    const attempts: AttemptMade[] = [];
    const signed = new Map<number, Signed>();
    let actions: ActionInTime | undefined;
    let body: string | null = null;
    for (const event of events as readonly (RecordedEvent & DeliveryEvent)[]) {
      switch (event.type) {
        case 'DeliveryRequested': {
          body = event.data.body;
          const stream = webhookActionStream(event.data.actionId);
          actions = new ActionInTime((await eventStore.readStream(stream)) as ActionRecord[]);
          break;
        }
        case 'DeliveryAttempted': {
          const { actionId, flowId, attempt, url, workerId } = event.data;
          const { time: at } = event.metadata;
          const action = actions?.before(event) ?? webhookAction.initialState;
          const own = showHeaders(action.configuration?.headers ?? {}, vault);
          const ids = { deliveryId, actionId, flowId };
          const headers = attemptHeaders(own, ids, Date.parse(at), '', { secrets: [], klaviyo: false });
          const keys = action.signingSecrets.filter((key) => signsAt(key, Date.parse(at)));
          const signedBy = keys.map(({ keyId }) => keyId);
          const { revision } = action;
          attempts.push({ attempt, at, workerId, url, revision, headers, signedBy, outcome: undefined });
          const timestampSeconds = Number(headers['webhook-timestamp']);
          if (body !== null) signed.set(attempt, { deliveryId, timestampSeconds, body, keys });
          break;
        }
        case 'DeliverySucceeded':
        case 'DeliveryAttemptFailed':
        case 'DeliverySkipped': {
          const last = attempts.at(-1);
          if (last?.outcome === undefined && last !== undefined) last.outcome = outcomeIn(event);
          break;
        }
        default:
      }
    }
    return new DeliveryAttempts(attempts, signed);
  }

  /**
   * Whether a `webhook-signature` is that of an attempt: it may hold several with spaces between, of which one is enough.
   * @returns the id of the key that made it; undefined where none of this action's did
   */
  keyOf(attempt: number, signature: string): string | undefined {
    const of = this.signed.get(attempt);
    if (of === undefined) return undefined;
    const given = signature.trim().split(/\s+/);
    const { deliveryId, timestampSeconds, body, keys } = of;
    return keys.find(({ secret }) => given.includes(standardSignature(secret, deliveryId, timestampSeconds, body)))
      ?.keyId;
  }
}

type ActionRecord = RecordedEvent & WebhookActionEvent;

/** An action as it was at each time; asked for later and later ones. */
class ActionInTime {
  #state: WebhookActionState = webhookAction.initialState;
  #next = 0;

  constructor(private readonly events: readonly ActionRecord[]) {}

  before({ position }: RecordedEvent): WebhookActionState {
    for (let event = this.events[this.#next]; event !== undefined && event.position < position; ) {
      this.#state = webhookAction.evolve(this.#state, event);
      event = this.events[++this.#next];
    }
    return this.#state;
  }
}

function outcomeIn(event: Extract<DeliveryEvent, { type: `Delivery${'Succeeded' | 'AttemptFailed' | 'Skipped'}` }>) {
  if (event.type !== 'DeliverySucceeded') return event.data.outcome;
  const { statusCode, durationMs, responseBody } = event.data;
  const answer = { kind: 'answer', statusCode, durationMs } as const;
  return responseBody === undefined ? answer : { ...answer, responseBody };
}

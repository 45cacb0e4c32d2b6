import type { AttemptOutcome } from '../../domain/delivery/outcome.js';

/** Makes one attempt over the network. Never throws for what a receiver or the network does: that is an outcome. */
export interface WebhookSender {
  send(request: WebhookRequest): Promise<AttemptOutcome>;
  /** Waits for nothing: closes idle connections and aborts what is under way. */
  close(): Promise<void>;
}

export interface WebhookRequest {
  url: string;
  /** All headers of the request but those that HTTP itself needs (host, content-length, connection). */
  headers: Readonly<Record<string, string>>;
  /** JSON, sent as it is in UTF-8. */
  body: string;
}

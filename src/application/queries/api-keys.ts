import { type ApiKeyEvent, type ApiKeyState, apiKey, apiKeyStream, isUsable } from '../../domain/account/api-key.js';
import type { EventStore } from '../ports/event-store.js';

export interface ListedApiKey extends Omit<ApiKeyState, 'secretSha256' | 'status'> {
  keyId: string;
  status: 'active' | 'expired' | 'revoked';
  /** ISO 8601, UTC. */
  issuedAt: string;
}

/** All keys, oldest first, as of `at` (ISO 8601). It reads the whole store, which will do for the command line. */
export async function readApiKeys(eventStore: EventStore, at: string): Promise<readonly ListedApiKey[]> {
  const prefix = apiKeyStream('');
  const keys = new Map<string, { state: ApiKeyState; issuedAt: string }>();
  for await (const events of eventStore.readAll()) {
    for (const event of events) {
      if (!event.stream.startsWith(prefix)) continue;
      const keyId = event.stream.slice(prefix.length);
      const { state, issuedAt } = keys.get(keyId) ?? { state: apiKey.initialState, issuedAt: event.metadata.time };
      keys.set(keyId, { state: apiKey.evolve(state, event as ApiKeyEvent & typeof event), issuedAt });
    }
  }
  return Array.from(keys, ([keyId, { state, issuedAt }]) => {
    const { secretSha256: _, status, ...shown } = state;
    const now = status === 'revoked' ? 'revoked' : isUsable(state, at) ? 'active' : 'expired';
    return { keyId, issuedAt, ...shown, status: now };
  });
}

import type { AttemptOutcome } from '../../domain/delivery/outcome.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';

const MASK = '•••';

/** A shorter value is a word like any other, and masking it would tear texts to pieces. */
const SHORTEST_SECRET = 6;

/**
 * The outcome without the values of the action's own headers, where a receiver answers with what it was sent: answers are
 * shown to whoever may read histories, and header values are not.
 */
export function maskEcho(outcome: AttemptOutcome, headers: RequestHeaders): AttemptOutcome {
  if (outcome.kind !== 'answer' || outcome.responseBody === undefined) return outcome;
  let text = outcome.responseBody;
  for (const secret of secretsIn(headers)) text = maskEnd(text.replaceAll(secret, MASK), secret);
  return text === outcome.responseBody ? outcome : { ...outcome, responseBody: text };
}

/** Each value, and what follows its scheme (`Bearer …`), as they are and as JSON writes them; the longest first. */
function secretsIn(headers: RequestHeaders): string[] {
  const secrets = new Set<string>();
  for (const value of Object.values(headers)) {
    for (const secret of [value, value.slice(value.lastIndexOf(' ') + 1)]) {
      if (secret.length < SHORTEST_SECRET) continue;
      secrets.add(secret);
      secrets.add(JSON.stringify(secret).slice(1, -1));
    }
  }
  return [...secrets].sort((a, b) => b.length - a.length);
}

/** What is kept of an answer may end in the middle of a secret. */
function maskEnd(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= SHORTEST_SECRET; length--) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + MASK;
  }
  return text;
}

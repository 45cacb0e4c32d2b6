import type { AggregateStore } from '../../application/aggregate-store.js';
import type { CommandContext } from '../../application/command-context.js';
import { canonicalJson } from '../../application/moving/canonical-json.js';
import type { Actor } from '../../application/ports/event-store.js';
import type { Ids } from '../../application/ports/ids.js';
import type { Vault } from '../../application/ports/vault.js';
import { ACCOUNT_STREAM, account, memberOf } from '../../domain/account/account.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { requestIdOf } from '../../domain/request/request.js';
import type { RepeatableOptions } from './command-options.js';

/** Who gives a command, and what it belongs to, by the options that go with it. */
export class Contexts {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly ids: Ids,
    private readonly vault: Vault,
    private readonly program: string,
  ) {}

  /**
   * @param command its name and what it is given, by which the same one is known under an idempotency key
   * @param shownOnce its answer holds a secret that isn't kept
   * @throws RuleViolation member_unknown
   */
  async of(
    { actor: given, correlationId, idempotencyKey }: RepeatableOptions,
    command: readonly [name: string, ...input: unknown[]],
    shownOnce = false,
  ): Promise<CommandContext> {
    const actor = await this.actorOf(given ?? this.program);
    const causationId = this.ids.next();
    if (idempotencyKey === undefined) return { actor, correlationId: correlationId ?? causationId, causationId };
    const id = requestIdOf(`${actor.kind} ${actor.id}`, idempotencyKey);
    // Keyed, since an input with somebody's address could be found by trying addresses, also after they were forgotten.
    const fingerprint = this.vault.keyedHash('request', canonicalJson(command));
    return { actor, correlationId: id, causationId, request: { id, fingerprint, shownOnce } };
  }

  private async actorOf(given: string | { userId: string }): Promise<Actor> {
    if (typeof given === 'string') return { kind: 'program', id: given, name: given };
    const { userId } = given;
    const member = memberOf(await this.aggregates.load(account, ACCOUNT_STREAM), userId);
    if (member === undefined) {
      throw new RuleViolation('member_unknown', `There is no member with the id '${userId}'.`, '/actor/userId');
    }
    return { kind: 'user', id: userId, name: member.email };
  }
}

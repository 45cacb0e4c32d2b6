/**
 * A command refused by a rule of the domain.
 *
 * `rule` is the rule's stable name (`endpoint_not_https`); `message` one sentence for people: what was wrong and what to
 * do; `pointer` a JSON pointer (RFC 6901) below the thing that was given, so that a caller can lead to the field.
 */
export class RuleViolation extends Error {
  override readonly name = 'RuleViolation';

  constructor(
    readonly rule: string,
    message: string,
    readonly pointer = '',
  ) {
    super(message);
  }

  /** The same refusal, seen from one level further out: `prefix` goes in front of the pointer. */
  within(prefix: string): RuleViolation {
    return new RuleViolation(this.rule, this.message, prefix + this.pointer);
  }
}

/** Runs `check` and puts `prefix` in front of the pointer of whatever rule it finds broken. */
export function locate<T>(prefix: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof RuleViolation ? error.within(prefix) : error;
  }
}

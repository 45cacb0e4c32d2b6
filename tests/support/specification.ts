import { inspect } from 'node:util';
import { expect } from 'chai';
import { type Decider, type DomainEvent, fold } from '../../src/domain/kernel/decider.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';

/** What is said of a decision: the events that it gives, or the rule by which it is refused. */
export interface Decision<Event> {
  /** Exactly these events, in this order; none where nothing is given. */
  then(...expected: readonly Event[]): void;
  /** Refused by the rule of this name; the pointer is '' unless given. */
  thenRefused(rule: string, pointer?: string): void;
}

/** The beginning of a sentence: what happened before the command. */
export type Given<Command, Event> = (...history: readonly Event[]) => { when(command: Command): Decision<Event> };

/** Examples of a decider as sentences: `given(…events).when(command).then(…events)`. */
export function specify<Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
): Given<Command, Event> {
  return (...history) => ({
    when: (command) => {
      const decide = (): Event[] => decider.decide(command, fold(decider, history));
      const then = (...expected: readonly Event[]): void => {
        expect(decide()).to.deep.equal(expected);
      };
      const thenRefused = (rule: string, pointer = ''): void => {
        const refusal = violationOf(decide);
        expect({ rule: refusal.rule, pointer: refusal.pointer }).to.deep.equal({ rule, pointer });
      };
      return { then, thenRefused };
    },
  });
}

/** The rule that `refused` breaks. Fails where it breaks none; an error of another kind passes through. */
export function violationOf(refused: () => unknown): RuleViolation {
  let result: unknown;
  try {
    result = refused();
  } catch (error) {
    if (error instanceof RuleViolation) return error;
    throw error;
  }
  return expect.fail(
    `expected a RuleViolation, but got ${inspect(result, { breakLength: 120, maxStringLength: 200 })}`,
  );
}

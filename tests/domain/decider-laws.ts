import { expect } from 'chai';
import fc from 'fast-check';
import { type Decider, type DomainEvent, fold } from '../../src/domain/kernel/decider.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { throughJson } from '../support/arbitraries.js';

/** Turns a generated step into a command, where a command has to suit the state to get anywhere. */
export type Adapt<Step, Command, State> = (step: Step, state: State) => Command;

/** What became of a sequence of commands: the events recorded, and the state after them, kept up event by event. */
export interface History<Event, State> {
  events: readonly Event[];
  state: State;
}

/** Runs the commands one after the other, passing over those that a rule refuses. */
export function play<Step, Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
  steps: readonly Step[],
  adapt: Adapt<Step, Command, State>,
): History<Event, State> {
  let state = decider.initialState;
  const events: Event[] = [];
  for (const step of steps) {
    for (const event of eventsOrRule(decider, adapt(step, state), state).events) {
      events.push(event);
      state = decider.evolve(state, event);
    }
  }
  return { events, state };
}

/** The laws that every decider keeps, over random sequences of `steps`. */
export function describeDeciderLaws<Step, Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
  steps: fc.Arbitrary<Step>,
  adapt: Adapt<Step, Command, State>,
): void {
  const sequences = fc.array(steps, { maxLength: 60 });

  describe('the laws of a decider', () => {
    it('comes to the same state from its events in one go, one by one, from any snapshot, and through JSON', () => {
      fc.assert(
        fc.property(sequences, fc.nat(), (sequence, cut) => {
          const { events, state } = play(decider, sequence, adapt);
          const at = cut % (events.length + 1);
          expect(fold(decider, events)).to.deep.equal(state);
          expect(fold(decider, events.slice(at), fold(decider, events.slice(0, at)))).to.deep.equal(state);
          expect(throughJson(events)).to.deep.equal(events);
          expect(fold(decider, throughJson(events))).to.deep.equal(state);
        }),
      );
    });

    it('decides the same again for the same command and state, and changes neither', () => {
      fc.assert(
        fc.property(sequences, (sequence) => {
          let state = deepFreeze(decider.initialState);
          for (const step of sequence) {
            const command = deepFreeze(adapt(step, state));
            const decision = deepFreeze(eventsOrRule(decider, command, state));
            expect(eventsOrRule(decider, command, state)).to.deep.equal(decision);
            for (const event of decision.events) state = deepFreeze(decider.evolve(state, event));
          }
        }),
      );
    });
  });
}

function eventsOrRule<Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
  command: Command,
  state: State,
): { events: readonly Event[]; rule?: string } {
  try {
    return { events: decider.decide(command, state) };
  } catch (error) {
    if (error instanceof RuleViolation) return { events: [], rule: error.rule };
    throw error;
  }
}

/** Frozen in depth, a change throws a TypeError, since modules are strict code. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

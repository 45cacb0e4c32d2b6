import { expect } from 'chai';

type ErrorClass<E extends Error> = abstract new (...parameters: never[]) => E;

/** The error that the promise is rejected with; fails where it isn't, or where the error is of another class. */
export async function rejection<E extends Error>(promise: Promise<unknown>, kind: ErrorClass<E>): Promise<E> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) return expect.fail(`expected a ${kind.name}, but got ${JSON.stringify(outcome.value)}`);
  if (outcome.error instanceof kind) return outcome.error;
  throw outcome.error;
}
